//! What is wrong, and where: findings and errors.
