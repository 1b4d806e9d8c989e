//! A bucket that is listed, page by page, and searched for bundles.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::answer::{Refusal, walk};
use super::client::{Client, Question};
use super::object::Target;
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::text::percent_decoded;
use crate::base::watch::Watch;
use crate::format::digest::Digest;
use crate::format::layout::Part;
use crate::store::fs::search::{HEAD, Met, begins_like_one, is_called_like_one};
use crate::store::objects::{self, Address};

/// One page.
#[derive(Default)]
struct Page {
    /// Keys and sizes.
    objects: Vec<(String, u64)>,
    /// What the next page is asked for with.
    next: Option<String>,
}

/// Goes through what an address leads to, as [`Objects::search`](objects::Objects::search) says.
pub(super) fn search(
    client: &Arc<Client>,
    address: &Address,
    watch: &dyn Watch,
    each: &mut dyn FnMut(Met) -> Result<()>,
) -> Result<()> {
    let (mut prefix, mut any) = (address.key.clone(), false);
    if !address.is_folder() {
        // the object itself comes before all whose keys are longer; another may still lie below
        let first = page(client, address, &prefix, None, 1)?;
        if first.objects.first().is_some_and(|(key, _)| *key == address.key) {
            each(Met::Bundle(address.to_string().as_ref()))?;
            any = true;
        }
        prefix.push('/');
    }
    // the unpacked bundles that the last key lies in, the innermost at the end
    let (mut seen, mut next, mut unpacked) = (HashSet::new(), None, Vec::<String>::new());
    loop {
        let listed = page(client, address, &prefix, next.as_deref(), 1000)?;
        if watch.interrupted() {
            return Err(Error::interrupted());
        }
        for (key, size) in &listed.objects {
            if watch.interrupted() {
                return Err(Error::interrupted());
            }
            any = true;
            let at = |key: &str| Address { key: key.to_owned(), ..address.clone() };
            if key.contains('\0') {
                return Err(Error::new(code::OBJECT_URL, at(key).place(), Detail::ObjectKeyNul));
            }
            while unpacked.last().is_some_and(|folder| !key.starts_with(folder)) {
                unpacked.pop();
            }
            if let Some(folder) = unpacked_in(key) {
                if unpacked.last().is_none_or(|last| last != folder) {
                    each(Met::Bundle(at(folder).to_string().as_ref()))?;
                    unpacked.push(folder.to_owned());
                }
                continue;
            }
            let met = at(key).to_string();
            match is_bundle(client, &at(key), *size)? {
                true => each(Met::Bundle(Path::new(&met)))?,
                false if key.ends_with('/') => {}
                false => each(Met::Other)?,
            }
        }
        next = listed.next;
        let Some(token) = &next else { break };
        // 16 bytes tell them apart
        let mark: Option<[u8; 16]> = Digest::of(token.as_bytes()).as_bytes().first_chunk().copied();
        if !mark.is_some_and(|mark| seen.insert(mark)) || seen.len() > limits::LISTING_PAGES {
            return Err(Error::new(code::NET_ANSWER, address.place(), Detail::ObjectListsAgain));
        }
    }
    if !any && !prefix.is_empty() {
        return Err(Error::new(code::IO_MISSING, address.place(), Detail::ObjectNothingBelow));
    }
    Ok(())
}

/// The folder that is an unpacked bundle, where this is the key of a part of its seal: empty, or with a `/` at its end.
fn unpacked_in(key: &str) -> Option<&str> {
    let folder = [Part::Manifest, Part::Signature, Part::Items].iter().find_map(|part| key.strip_suffix(&part.to_string()))?;
    (folder.is_empty() || folder.ends_with('/')).then_some(folder)
}

/// True for an object that is called like a bundle, or begins like one; what cannot be read may be one.
fn is_bundle(client: &Arc<Client>, address: &Address, size: u64) -> Result<bool> {
    if address.key.ends_with('/') || size == 0 && !is_called_like_one(&address.key) {
        return Ok(false);
    }
    // a key that no request can say is told by whoever would open it
    if is_called_like_one(&address.key) || Address::read(address.to_string().as_ref()).is_err() {
        return Ok(true);
    }
    match Target::of(client, address)?.head(HEAD) {
        Ok(head) => Ok(begins_like_one(&head)),
        Err(error) if objects::concerns_all(error.code) => Err(error),
        Err(_) => Ok(true),
    }
}

/// Asks for the page behind a token; `most` keys of it.
fn page(client: &Arc<Client>, address: &Address, prefix: &str, token: Option<&str>, most: usize) -> Result<Page> {
    let (bucket, place) = (client.settings().bucket(address)?, address.place());
    let most = most.to_string();
    let mut query = vec![("encoding-type", "url"), ("list-type", "2"), ("max-keys", &*most), ("prefix", prefix)];
    query.extend(token.map(|token| ("continuation-token", token)));
    query.sort_unstable();
    let question = Question { bucket: &bucket, key: None, place: &place, query: &query, headers: &[] };
    let wrong = |detail| Error::new(code::NET_ANSWER, place.clone(), detail);
    client.persist(&place, || {
        let answer = client.ask(&question, &[200])?;
        let mut body = Vec::new();
        let mut answer = answer.into_body().into_reader().take(limits::LISTING_PAGE + 1);
        let mut piece = vec![0; limits::CHUNK];
        loop {
            client.go_on().map_err(Refusal::Never)?;
            let read = answer.read(&mut piece);
            match read.map_err(|error| Refusal::Later(wrong(Detail::NetBroken { error: error.to_string() })))? {
                0 => break,
                count => body.extend_from_slice(piece.get(..count).unwrap_or_default()),
            }
        }
        if body.len() as u64 > limits::LISTING_PAGE {
            return Err(Refusal::Never(wrong(Detail::LargerThanRead { limit: limits::LISTING_PAGE })));
        }
        Page::read(&body, prefix).ok_or_else(|| Refusal::Never(wrong(Detail::ObjectAnswer)))
    })
}

impl Page {
    /// Reads one; none where it is not what was asked for.
    fn read(body: &[u8], prefix: &str) -> Option<Self> {
        let (mut page, mut key, mut size) = (Page::default(), None, None);
        let (mut encoded, mut more, mut token, mut sound, mut ended) = (false, None, None, true, false);
        let whole = walk(body, &mut |path, text| {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            match *path {
                ["ListBucketResult", "Contents", "Key"] => sound &= key.replace(text.to_owned()).is_none(),
                ["ListBucketResult", "Contents", "Size"] => sound &= size.replace(text.parse().ok()).is_none(),
                ["ListBucketResult", "Contents"] => match (key.take(), size.take()) {
                    (Some(key), Some(Some(size))) => page.objects.push((key, size)),
                    _ => sound = false,
                },
                ["ListBucketResult", "EncodingType"] => encoded = text == "url",
                ["ListBucketResult", "IsTruncated"] => sound &= more.replace(text.to_owned()).is_none(),
                ["ListBucketResult", "NextContinuationToken"] => sound &= token.replace(text.to_owned()).is_none(),
                ["ListBucketResult"] => ended = true,
                // what stands deeper than where it belongs would be passed over
                [.., "Contents" | "IsTruncated" | "NextContinuationToken"] => sound = false,
                _ => {}
            }
        });
        if !(whole && sound && ended) || page.objects.len() > 10_000 {
            return None;
        }
        for (key, _) in &mut page.objects {
            if encoded {
                *key = String::from_utf8(percent_decoded(key.as_bytes())?).ok()?;
            }
            if !key.starts_with(prefix) || key.is_empty() || key.len() > limits::OBJECT_KEY {
                return None;
            }
        }
        let token = token.filter(|token| !token.is_empty());
        // a page that does not say whether it is the last may not be
        match (more?.as_str(), token) {
            ("true", Some(token)) if token.len() <= 8 << 10 => page.next = Some(token),
            ("false", None) => {}
            _ => return None,
        }
        Some(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(inside: &str) -> Option<Page> {
        let last = if inside.contains("IsTruncated") { "" } else { "<IsTruncated>false</IsTruncated>" };
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{last}{inside}\
             </ListBucketResult>"
        );
        Page::read(body.as_bytes(), "a/")
    }

    #[test]
    fn a_page_says_its_keys_and_what_is_next() {
        let one = "<Contents><Key>a/%C3%A9+%2B</Key><Size>5</Size><Owner><Key>x</Key></Owner></Contents>";
        let page = read(&format!("<EncodingType>url</EncodingType>{one}")).unwrap();
        assert_eq!(page.objects, [("a/é +".to_owned(), 5)]);
        assert_eq!(page.next, None);
        let page = read("<IsTruncated>true</IsTruncated><NextContinuationToken>t&amp;1</NextContinuationToken>").unwrap();
        assert_eq!(page.next.as_deref(), Some("t&1"));
        assert_eq!(read("<IsTruncated>false</IsTruncated><NextContinuationToken/>").unwrap().next, None);
    }

    #[test]
    fn a_page_that_is_none_is_refused() {
        for inside in [
            "<IsTruncated>true</IsTruncated>",
            "<Contents><Key>a/b</Key></Contents>",
            "<Contents><Key>a/b</Key><Size>-1</Size></Contents>",
            "<Contents><Key>b/other</Key><Size>1</Size></Contents>",
            "<Contents><Key></Key><Size>1</Size></Contents>",
            "<EncodingType>url</EncodingType><Contents><Key>a/%zz</Key><Size>1</Size></Contents>",
            "<EncodingType>url</EncodingType><Contents><Key>a/%ff</Key><Size>1</Size></Contents>",
            "<Contents>",
            "<Contents><Key>a/b</Key><Key>a/c</Key><Size>1</Size></Contents>",
            "<Contents><Key>a/b</Key><Size>1</Size><Size>2</Size></Contents>",
            "<Contents><Key>a/b</Key><Size>1</Size><Contents><Key>a/c</Key><Size>1</Size></Contents></Contents>",
            "<Contents><Key>a/b&bogus;</Key><Size>1</Size></Contents>",
            "<Contents><Key>a/b&#0;</Key><Size>1</Size></Contents>",
            "<Contents><Key>a/b&#xD800;</Key><Size>1</Size></Contents>",
            &format!("<Contents><Key>a/{}</Key><Size>1</Size></Contents>", "k".repeat(1100)),
            &"<Contents><Key>a/b</Key><Size>1</Size></Contents>".repeat(10_001),
        ] {
            assert!(read(inside).is_none(), "{inside:.100}");
        }
        assert!(Page::read(b"<Error><Code>x</Code></Error>", "").is_none());
    }

    #[test]
    fn a_page_that_does_not_say_whether_it_is_the_last_is_refused() {
        let token = "<NextContinuationToken>t</NextContinuationToken>";
        let said = |text: &str| format!("<IsTruncated>{text}</IsTruncated>");
        for text in ["True", "TRUE", "1", "yes", " true ", "\ntrue\n", ""] {
            assert!(read(&(said(text) + token)).is_none(), "{text:?}");
        }
        for inside in [
            said("false") + token,
            said("true") + &said("false") + token,
            said("true") + token + token,
            format!("<IsTruncated/>{token}"),
            format!("<Other>{}</Other>{token}", said("true")),
        ] {
            assert!(read(&inside).is_none(), "{inside}");
        }
        assert!(Page::read(b"<ListBucketResult></ListBucketResult>", "").is_none());
    }

    #[test]
    fn an_unpacked_bundle_is_known_by_its_seal() {
        assert_eq!(unpacked_in("x/y/seal/manifest.json"), Some("x/y/"));
        assert_eq!(unpacked_in("seal/items.jsonl"), Some(""));
        assert_eq!(unpacked_in("x/unseal/items.jsonl"), None);
        assert_eq!(unpacked_in("x/data/a.zip"), None);
    }
}
