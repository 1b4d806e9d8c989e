//! What a verification answers, and what it did not check.
