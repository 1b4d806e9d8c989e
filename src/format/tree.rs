//! A hash tree over many seals (format, section 17), as RFC 9162, section 2.1, has it: SHA-256, a byte 0 in front of a leaf and a byte 1
//! in front of two nodes, so that neither passes for the other. The leaves are sorted and each there once: the tree follows from the set.

use super::digest::{Digest, Hasher};

/// The node of a leaf.
pub fn leaf(leaf: &Digest) -> Digest {
    hash(&[&[0], leaf.as_bytes()])
}

fn node(left: &Digest, right: &Digest) -> Digest {
    hash(&[&[1], left.as_bytes(), right.as_bytes()])
}

fn hash(parts: &[&[u8]]) -> Digest {
    let mut hasher = Hasher::default();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finish()
}

/// The nodes above these: each pair becomes one, and the last one, where it has no partner, goes up as it is.
pub fn above(level: &[Digest]) -> Vec<Digest> {
    let up = |pair: &[Digest]| match pair {
        [left, right] => Some(node(left, right)),
        alone => alone.first().copied(),
    };
    level.chunks(2).filter_map(up).collect()
}

/// How many nodes each level has, from that of `leaves` leaves up to the root.
pub fn levels(leaves: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(leaves), |nodes| (*nodes > 1).then(|| nodes.div_ceil(2)))
}

/// On which side a partner stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before it.
    Left,
    /// Behind it.
    Right,
}

/// The partners on the way from the leaf of this index up to the root: of each its level, from 0, its index there, and its side. There are
/// none for an index that is too high.
pub fn partners(index: u64, leaves: u64) -> impl Iterator<Item = (u32, u64, Side)> {
    let levels = levels(leaves).filter(move |_| index < leaves).zip(0u32..);
    levels.filter_map(move |(nodes, level)| {
        let at = index.checked_shr(level).unwrap_or(0);
        match at % 2 {
            1 => Some((level, at - 1, Side::Left)),
            _ if at + 1 < nodes => Some((level, at + 1, Side::Right)),
            _ => None,
        }
    })
}

/// The root to which a path leads from a leaf; none where a path of this length leads from no such index.
pub fn root(of: &Digest, index: u64, leaves: u64, path: &[Digest]) -> Option<Digest> {
    let mut partners = partners(index, leaves);
    let mut reached = leaf(of);
    for other in path {
        reached = match partners.next()? {
            (_, _, Side::Left) => node(other, &reached),
            (_, _, Side::Right) => node(&reached, other),
        };
    }
    (index < leaves && partners.next().is_none()).then_some(reached)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u64) -> Vec<Digest> {
        let mut leaves: Vec<Digest> = (0..count).map(|number| Digest::of(&number.to_be_bytes())).collect();
        leaves.sort_unstable();
        leaves
    }

    /// MTH of RFC 9162, as it is written there.
    fn mth(leaves: &[Digest]) -> Digest {
        match leaves {
            [one] => leaf(one),
            _ => {
                let half = leaves.len().next_power_of_two() / 2;
                node(&mth(&leaves[..half]), &mth(&leaves[half..]))
            }
        }
    }

    /// All levels, from the nodes of the leaves up.
    fn tree(of: &[Digest]) -> Vec<Vec<Digest>> {
        let mut all = vec![of.iter().map(leaf).collect::<Vec<_>>()];
        while all[all.len() - 1].len() > 1 {
            all.push(above(&all[all.len() - 1]));
        }
        all
    }

    fn path(tree: &[Vec<Digest>], index: u64, count: u64) -> Vec<Digest> {
        partners(index, count).map(|(level, at, _)| tree[level as usize][at as usize]).collect()
    }

    #[test]
    fn every_leaf_of_every_tree_leads_to_the_root_and_from_no_other_place() {
        for count in 1..=70 {
            let leaves = leaves(count);
            let all = tree(&leaves);
            let top = mth(&leaves);
            assert_eq!(all[all.len() - 1], [top], "{count}");
            assert_eq!(all.iter().map(|level| level.len() as u64).collect::<Vec<_>>(), levels(count).collect::<Vec<_>>());
            for (at, leaf) in (0..count).zip(&leaves) {
                let path = path(&all, at, count);
                assert_eq!(root(leaf, at, count, &path), Some(top), "{at} of {count}");
                for other in (0..count + 3).filter(|other| *other != at) {
                    assert_ne!(root(leaf, other, count, &path), Some(top), "{at} of {count} as {other}");
                }
                assert_ne!(root(leaf, at, count, &path[..path.len().saturating_sub(1)]), Some(top).filter(|_| count > 1));
                assert_eq!(root(leaf, at, count, &[&path[..], &[top]].concat()), None);
            }
        }
    }

    #[test]
    fn a_node_is_no_leaf_and_there_is_no_place_in_nothing() {
        let leaves = leaves(2);
        let all = tree(&leaves);
        let above = node(&all[0][0], &all[0][1]);
        assert_ne!(root(&above, 0, 1, &[]), Some(above));
        assert_eq!(root(&leaves[0], 0, 0, &[]), None);
        assert_eq!(root(&leaves[0], u64::MAX, 2, &[leaves[1]]), None);
        // as deep as numbers go
        assert_eq!(partners(0, u64::MAX).count(), 64);
    }
}
