//! What a store can do wrong, each with the code that it ends with; and what is asked of one that does nothing wrong.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sealbag::base::code::{self, Code};
use sealbag::base::detail::Detail;
use sealbag::base::error::{Error, Result};
use sealbag::base::limits;
use sealbag::base::watch::Watch;
use sealbag::ops::timestamp;
use sealbag::store::fs::search::Met;
use sealbag::store::net::s3::{Means, S3};
use sealbag::store::objects::{Address, Lying, Objects};
use sealbag::{Bundle, Policy, Source, Timestamp, TrustedSigners, Unwatched};
use support::kit::samples::plain;
use support::store::{Fault, Store};

use super::url;

/// Somebody who reaches the store, waits for nothing, and counts how often they should have.
fn reach(store: &Store) -> (S3, Arc<AtomicUsize>) {
    let (variables, waited) = (store.variables(), Arc::new(AtomicUsize::new(0)));
    let variable = |name: &str| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| value.into());
    let now = || {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        Ok(Timestamp::from_unix(seconds as i64).unwrap())
    };
    let count = Arc::clone(&waited);
    let pause = move |how_long: Duration| {
        count.fetch_add(usize::from(!how_long.is_zero()), Ordering::SeqCst);
        true
    };
    // long enough for a machine that is very busy
    let means = Means { now: Box::new(now), pause: Box::new(pause), patience: Duration::from_secs(3) };
    (S3::new(&variable, means).unwrap(), waited)
}

fn read(s3: &S3, key: &str) -> Result<Vec<u8>> {
    let path = url(key);
    let mut bytes = Vec::new();
    let read = Lying::at(path.as_ref(), s3)?.stream()?.read_to_end(&mut bytes);
    read.map_err(|error| Error::io(path, &error)).map(|_| bytes)
}

fn list(s3: &S3, key: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let address = Address::read(url(key).as_ref())?.unwrap();
    s3.search(&address, &Unwatched, &mut |met| {
        if let Met::Bundle(path) = met {
            found.push(path.to_string_lossy().into_owned());
        }
        Ok(())
    })?;
    Ok(found)
}

fn bytes(length: u64) -> Vec<u8> {
    (0..length).map(|at| (at ^ at >> 8 ^ at >> 16) as u8).collect()
}

/// The ranges that were asked for.
fn ranges(store: &Store) -> Vec<(u64, u64)> {
    let range = |asked: &String| {
        let (first, last) = asked.rsplit_once("bytes=")?.1.split_once('-')?;
        Some((first.parse().ok()?, last.parse().ok()?))
    };
    store.asked().iter().filter_map(range).collect()
}

#[test]
fn few_requests_are_made_and_no_byte_is_asked_for_twice() {
    let store = Store::new();
    let (s3, _) = reach(&store);
    let block = limits::OBJECT_BLOCK;
    for (length, requests) in
        [(0, 1), (1, 1), (block, 1), (block + 1, 2), (25_000_000, 2), (limits::OBJECT_WHOLE, 2), (5 * block + 1, 6)]
    {
        let all = bytes(length);
        store.put("a", all.clone());
        assert!(read(&s3, "a").unwrap() == all, "{length}");
        let asked = ranges(&store);
        assert_eq!(asked.len(), requests, "{length}: {asked:?}");
        assert!(asked.windows(2).all(|two| two[0].1 + 1 == two[1].0), "{length}: {asked:?}");
    }
}

#[test]
fn of_a_large_bundle_little_is_read_twice_and_little_is_held() {
    let store = Store::new();
    let (s3, _) = reach(&store);
    // six files of 8 MB: not held whole
    let mut bundle = plain();
    let file = bundle.files[1].clone();
    for number in 0..6 {
        let mut more = file.clone();
        more.path = format!("more/{number}.bin");
        more.bytes = bytes(8_000_000 + number);
        bundle.files.push(more);
    }
    let zip = bundle.parts().zip();
    let length = zip.len() as u64;
    store.put("a.zip", zip);
    let lying = url("a.zip");
    let source = Lying::at(lying.as_ref(), &s3).unwrap().source().unwrap();
    let read = Bundle::read(source, &Unwatched).unwrap();
    let verification = read.verify(&TrustedSigners::nobody(), &Policy::default(), &Unwatched).unwrap();
    assert!(verification.into_intact().is_ok());
    let asked = ranges(&store);
    let sum: u64 = asked.iter().map(|(first, last)| (last + 1).min(length) - first).sum();
    println!("{} requests for a bundle of {length} bytes, {sum} bytes read", asked.len());
    assert!(asked.len() <= 20 && sum <= length + 2 * limits::OBJECT_BLOCK, "{} of {length}: {asked:?}", sum);
}

#[test]
fn what_passes_is_asked_for_again_and_a_cut_answer_is_gone_on_with() {
    let store = Store::new();
    let (s3, waited) = reach(&store);
    let all = bytes(3 << 20);
    store.put("a.zip", all.clone());
    let faults = [
        (Fault::Status(503, "SlowDown"), 3),
        (Fault::Status(500, "InternalError"), 2),
        (Fault::Status(429, ""), 1),
        (Fault::Status(400, "RequestTimeout"), 1),
        (Fault::Cut(0), 2),
        (Fault::Slow(Duration::from_secs(5)), 1),
    ];
    for (fault, times) in faults {
        store.misbehave("a.zip", fault.clone(), times);
        assert!(read(&s3, "a.zip").unwrap() == all, "{fault:?}");
        assert_eq!(ranges(&store).len(), times + 1, "{fault:?}");
        assert_eq!(waited.swap(0, Ordering::SeqCst), times, "{fault:?}");
    }
    store.misbehave("a.zip", Fault::Cut(1 << 20), 2);
    assert!(read(&s3, "a.zip").unwrap() == all);
    // what came is not asked for again
    let asked: Vec<u64> = ranges(&store).iter().map(|(first, _)| *first).collect();
    assert_eq!(asked, [0, 1 << 20, 2 << 20]);
    store.misbehave("list-type", Fault::Status(503, "SlowDown"), 2);
    assert_eq!(list(&s3, "").unwrap(), [url("a.zip")]);
    store.misbehave("list-type", Fault::Cut(100), 2);
    assert_eq!(list(&s3, "").unwrap(), [url("a.zip")]);
}

#[test]
fn threat_64a_whatever_a_store_answers_ends_with_one_clear_error_and_never_says_failed() {
    let store = Store::new();
    let (s3, _) = reach(&store);
    store.put("a.zip", plain().parts().zip());
    let elsewhere = format!("{}/elsewhere", store.variables()[0].1);
    let cases: Vec<(Fault, &Code)> = vec![
        (Fault::Status(503, "SlowDown"), code::NET_ANSWER),
        (Fault::Cut(10), code::NET_ANSWER),
        (Fault::Vanished, code::IO_MISSING),
        (Fault::Status(403, "AccessDenied"), code::IO_DENIED),
        (Fault::Status(403, "InvalidObjectState"), code::OBJECT_ARCHIVED),
        (Fault::Status(403, "InvalidAccessKeyId"), code::OBJECT_KEYS),
        (Fault::Status(400, "InvalidRequest"), code::NET_ANSWER),
        (Fault::Status(404, "NoSuchBucket"), code::OBJECT_BUCKET),
        (Fault::Status(412, "PreconditionFailed"), code::OBJECT_CHANGED),
        (Fault::Status(416, "InvalidRange"), code::NET_ANSWER),
        (Fault::Status(599, "<a>&"), code::NET_ANSWER),
        (Fault::Region("eu-other-1"), code::OBJECT_BUCKET),
        (Fault::Skewed, code::OBJECT_KEYS),
        (Fault::Redirect(elsewhere), code::NET_ANSWER),
        (Fault::Longer(1 << 50), code::NET_ANSWER),
        (Fault::Longer(3), code::NET_ANSWER),
        (Fault::Longer(u64::MAX), code::NET_ANSWER),
    ];
    for (fault, expected) in cases {
        store.behave();
        store.misbehave("a.zip", fault.clone(), usize::MAX);
        let error = read(&s3, "a.zip").unwrap_err();
        assert_eq!(error.code, expected, "{fault:?}: {error}");
        assert!(!store.is_betrayed_by(&format!("{error} {error:?}")), "{error}");
        let asked = store.asked();
        assert!(asked.len() <= limits::STORE_TRIES as usize, "{fault:?}: {asked:?}");
        assert!(!asked.iter().any(|asked| asked.contains("elsewhere")), "it went where it was led");
        // no verdict about the bundle comes of it
        let verdict =
            Lying::at(url("a.zip").as_ref(), &s3).and_then(|lying| Bundle::read(lying.source()?, &Unwatched)).map(|_| ());
        assert_eq!(verdict.unwrap_err().code, expected, "{fault:?}");
        store.asked();
    }
    store.behave();
    // bytes without end are cut off where they should have ended, and are no bundle
    store.misbehave("a.zip", Fault::Endless, 1);
    assert_eq!(read(&s3, "a.zip").unwrap().len(), plain().parts().zip().len());
    // a store that knows no ranges and no versions gives a small object, and no large one
    store.misbehave("a.zip", Fault::Plain, 1);
    assert_eq!(read(&s3, "a.zip").unwrap(), plain().parts().zip());
    store.put("large", bytes(limits::OBJECT_BLOCK + 1));
    store.misbehave("large", Fault::Plain, 1);
    assert_eq!(read(&s3, "large").unwrap_err().code, code::NET_ANSWER);
    // nobody listens there any more
    drop(store);
    assert_eq!(read(&s3, "a.zip").unwrap_err().code, code::NET_CONNECT);
}

#[test]
fn threat_64c_a_listing_that_lies_ends() {
    let store = Store::new();
    let (s3, _) = reach(&store);
    store.put("x/a.zip", "a");
    store.put("x/b.zip", "b");
    let xml = "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>../b</Key><Size>1</Size></Contents></ListBucketResult>";
    let half =
        "<ListBucketResult><IsTruncated>1</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>";
    let cases: Vec<(Fault, &Code, &str)> = vec![
        (Fault::Loops, code::NET_ANSWER, "again"),
        (Fault::Endless, code::NET_ANSWER, "larger"),
        (Fault::Garbage("no XML at all"), code::NET_ANSWER, "prescribes"),
        (Fault::Garbage("<ListBucketResult>"), code::NET_ANSWER, "prescribes"),
        (Fault::Garbage("<html></html>"), code::NET_ANSWER, "prescribes"),
        // a key that is not below what was asked for
        (Fault::Garbage(xml), code::NET_ANSWER, "prescribes"),
        // a page that may not be the last
        (Fault::Garbage(half), code::NET_ANSWER, "prescribes"),
        (Fault::Status(403, "AccessDenied"), code::IO_DENIED, "listed"),
        (Fault::Region("eu-other-1"), code::OBJECT_BUCKET, "eu-other-1"),
        (Fault::Status(404, "NoSuchBucket"), code::OBJECT_BUCKET, "bucket"),
    ];
    for (fault, expected, says) in cases {
        store.behave();
        store.misbehave("list-type", fault.clone(), usize::MAX);
        let error = list(&s3, "x/").unwrap_err();
        assert_eq!(error.code, expected, "{fault:?}: {error}");
        assert!(error.to_string().contains(says), "{fault:?}: {error}");
    }
    // pages without end and without a key are heard out no longer than somebody wants
    let empty =
        "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>";
    store.behave();
    store.misbehave("list-type", Fault::Garbage(empty), usize::MAX);
    let address = Address::read(url("x/").as_ref()).unwrap().unwrap();
    store.asked();
    assert_eq!(s3.search(&address, &Stopped, &mut |_| Ok(())).unwrap_err().code, code::RUN_INTERRUPTED);
    assert_eq!(store.asked().len(), 1);
}

/// Somebody who asked to stop.
struct Stopped;

impl Watch for Stopped {
    fn expect(&self, _: u64) {}

    fn advance(&self, _: u64) {}

    fn interrupted(&self) -> bool {
        true
    }
}

#[test]
fn threat_64f_no_key_hides_another_or_ends_an_audit_of_others() {
    let store = Store::new();
    let (s3, _) = reach(&store);
    // an object that is called like what stands for a folder
    for key in [
        "2026",
        "2026/1.zip",
        "2026-1.zip",
        "2026/a/seal/items.jsonl",
        "2026/a/seal/j/seal/manifest.json",
        "2026/a/seal/manifest.json",
    ] {
        store.put(key, "x");
    }
    let all = ["2026", "2026/1.zip", "2026/a/", "2026/a/seal/j/"].map(url);
    assert_eq!(list(&s3, "2026").unwrap(), all);
    assert_eq!(list(&s3, "2026/").unwrap(), all[1..]);
    // the longest key has no room for a token beside it, and no store lets it be asked for
    let long = format!("{}.zip", "k".repeat(limits::OBJECT_KEY - 4));
    store.put(&long, plain().parts().zip());
    let tokens = |key: &str| timestamp::beside(url(key).as_ref(), &s3).map(|tokens| tokens.len());
    assert_eq!(tokens(&long).unwrap(), 0);
    // what no list can say is told by its name
    store.put("3/\0.zip", "x");
    let error = list(&s3, "3").unwrap_err();
    assert_eq!((error.code, error.detail), (code::OBJECT_URL, Detail::ObjectKeyNul));
}

#[test]
fn threat_64e_an_object_that_is_replaced_while_it_is_read_could_not_be_read() {
    let store = Store::new();
    let (s3, _) = reach(&store);
    store.put("a", bytes(limits::OBJECT_BLOCK + 100));
    store.misbehave("a bytes=8388608-", Fault::Replaced, 1);
    let error = read(&s3, "a").unwrap_err();
    assert_eq!((error.code, &error.detail), (code::OBJECT_CHANGED, &Detail::ObjectChanged));
    // also where the first answer was cut
    store.misbehave("a bytes=0-", Fault::Cut(1000), 1);
    store.misbehave("a bytes=1000-", Fault::Replaced, 1);
    assert_eq!(read(&s3, "a").unwrap_err().code, code::OBJECT_CHANGED);
    // and a store that does not hold to what it was asked for is not believed for it
    store.misbehave("a bytes=8388608-", Fault::Longer(limits::OBJECT_BLOCK + 200), 1);
    assert!([code::OBJECT_CHANGED, code::NET_ANSWER].contains(&read(&s3, "a").unwrap_err().code));
    assert!(read(&s3, "a").is_ok());
    // what was read of a bundle stays, so verifying and extracting see one and the same
    store.put("b.zip", plain().parts().zip());
    let lying = url("b.zip");
    let opened = Lying::at(lying.as_ref(), &s3).unwrap();
    store.put("b.zip", b"another".to_vec());
    let read = |source: Source| Bundle::read(source, &Unwatched);
    let verification =
        read(opened.source().unwrap()).unwrap().verify(&TrustedSigners::nobody(), &Policy::default(), &Unwatched);
    assert!(verification.unwrap().into_intact().is_ok());
}
