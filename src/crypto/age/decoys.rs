//! Decoys: recipients whose keys are thrown away at once. They stand beside the readers of an envelope, so that the number of its
//! stanzas, which age shows to everybody, does not tell how many readers there are.

use std::collections::BTreeMap;

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::identity::{Identity, Recipient};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::place::Place;

/// No envelope for recipients has fewer stanzas than this.
const FEWEST: usize = 4;

/// Each of these recipients once and decoys of the same kind, shuffled: together 4, 8, 16 or the next power of two, or as many as
/// an envelope can have. More readers than that come back as they are.
///
/// # Errors
/// `io.read` where the system gives no randomness.
pub fn among_decoys(readers: &[Recipient]) -> Result<Vec<Recipient>> {
    let readers: BTreeMap<String, &Recipient> = readers.iter().map(|reader| (reader.to_string(), reader)).collect();
    let Some(first) = readers.values().next() else { return Ok(Vec::new()) };
    let hybrid = first.is_post_quantum();
    let most = if hybrid { limits::HYBRID_RECIPIENTS } else { limits::RECIPIENTS };
    let wanted = readers.len().next_power_of_two().max(FEWEST).min(most.max(readers.len()));
    let mut shuffled = BTreeMap::new();
    for reader in readers.values() {
        shuffled.insert(*random()?, (*reader).clone());
    }
    while shuffled.len() < wanted {
        let secret = random()?;
        let decoy = if hybrid { Some(Identity::hybrid(&secret)) } else { Identity::x25519(&secret) };
        if let Some(decoy) = decoy {
            shuffled.insert(*random()?, decoy.recipient());
        }
    }
    Ok(shuffled.into_values().collect())
}

fn random() -> Result<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    let filled = SystemRandom::new().fill(&mut *bytes);
    filled.map_err(|_| Error::new(code::IO_READ, Place::Program, Detail::NoRandomness))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_number_of_readers_is_rounded_up_and_their_order_is_chance() {
        let reader = |number: u8| Identity::x25519(&[number; 32]).unwrap().recipient();
        for (count, together) in [(0, 0), (1, 4), (3, 4), (4, 4), (5, 8), (17, 32)] {
            let readers: Vec<Recipient> = (1..=count).map(reader).collect();
            let all = among_decoys(&readers).unwrap();
            assert_eq!(all.len(), together);
            let names: BTreeSet<String> = all.iter().map(Recipient::to_string).collect();
            assert_eq!(names.len(), together);
            assert!(readers.iter().all(|reader| names.contains(&reader.to_string())));
        }
        assert_eq!(among_decoys(&[reader(1), reader(1)]).unwrap().len(), 4);
        let one = [Identity::hybrid(&[1; 32]).recipient()];
        let places: BTreeSet<usize> = (0..64)
            .filter_map(|_| among_decoys(&one).unwrap().iter().position(|key| key.to_string() == one[0].to_string()))
            .collect();
        assert_eq!(places.len(), 4, "every place is taken at some time");
        assert!(among_decoys(&one).unwrap().iter().all(Recipient::is_post_quantum));
        let many: Vec<Recipient> = (1..=33).map(|number| Identity::hybrid(&[number; 32]).recipient()).collect();
        assert_eq!(among_decoys(&many).unwrap().len(), limits::HYBRID_RECIPIENTS);
    }
}
