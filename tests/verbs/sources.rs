//! A bundle can be read from anywhere, and a distant one is not asked once for every entry.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sealbag::{Bundle, Policy, ReadAt, Source, Unwatched, Verdict, Watch, Workers};
use support::kit::library::{closed, file_of, stream_of, trusting};
use support::kit::samples::{amina, plain};
use support::kit::{self, File};
use support::runs::library::{draft, sign, trust};

/// Counts how often it is asked, and gives as much at once as it is told to.
struct Counted {
    bytes: Vec<u8>,
    most: usize,
    asked: Arc<AtomicU64>,
}

impl ReadAt for Counted {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let room = out.len().min(self.most);
        self.bytes.read_at(&mut out[..room], at)
    }
}

/// A watch that only sets the number of workers.
struct With(usize);
impl Watch for With {
    fn expect(&self, _: u64) {}
    fn advance(&self, _: u64) {}
    fn interrupted(&self) -> bool {
        false
    }
    fn workers(&self) -> Workers {
        Workers::new(NonZeroUsize::new(self.0).unwrap())
    }
}

/// So many files of so many bytes each.
fn many(count: usize, size: usize) -> Vec<u8> {
    let mut bundle = plain();
    for number in 0..count {
        let bytes: Vec<u8> = (0..size).map(|at| (at * 31 + number) as u8).collect();
        bundle = bundle.with_file(File::new(&format!("more/{number:05}.bin"), bytes, "application/octet-stream", "attachment"));
    }
    bundle.parts().zip()
}

fn asked(bytes: &[u8], most: usize, watch: &dyn Watch) -> u64 {
    let asked = Arc::new(AtomicU64::new(0));
    let source = Source::of(Counted { bytes: bytes.to_vec(), most, asked: asked.clone() });
    let bundle = Bundle::read(source, watch).unwrap();
    let verification = bundle.verify(&trusting(&[amina()]), &Policy::default(), watch).unwrap();
    assert_eq!(verification.report().verdict, Verdict::Verified);
    asked.load(Ordering::Relaxed)
}

#[test]
fn what_lies_far_away_is_asked_a_few_times_a_mebibyte_and_not_once_an_entry() {
    for (count, size) in [(2000, 1500), (300, 20_000), (12, 1 << 20)] {
        let bytes = many(count, size);
        let mebibytes = (bytes.len() as u64).div_ceil(1 << 20);
        let asked = asked(&bytes, usize::MAX, &Unwatched);
        // walked over twice, by two readers, and hashed once; a large file is passed over, and asked for its header alone
        assert!(asked <= 24 * mebibytes + 64, "{count} files of {size}: asked {asked} times for {mebibytes} MiB");
        assert!(count < 1000 || asked < count as u64 / 4, "{count} files of {size}: asked {asked} times");
    }
}

#[test]
fn a_source_that_gives_little_at_once_is_read_to_its_end_all_the_same() {
    let bytes = plain().parts().zip();
    for most in [1, 3, 100] {
        asked(&bytes, most, &Unwatched);
    }
}

#[test]
fn an_error_of_the_source_is_no_finding_against_the_bundle() {
    struct Failing(Vec<u8>);
    impl ReadAt for Failing {
        fn length(&self) -> u64 {
            self.0.length()
        }
        fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
            if at > 4000 { Err(io::ErrorKind::ConnectionReset.into()) } else { self.0.read_at(out, at) }
        }
    }
    let bytes = many(300, 20_000);
    let failed = Bundle::read(Source::of(Failing(bytes)), &Unwatched).err().unwrap();
    assert_eq!(failed.code.id, "io.read");
}

#[test]
fn one_worker_and_seven_say_what_two_say() {
    let good = many(40, 100_000);
    let mut bad = good.clone();
    let at = bad.len() / 2;
    bad[at] ^= 1;
    for workers in [1, 2, 7] {
        let said = [&good, &bad].map(|bytes| {
            let bundle = Bundle::read(file_of(bytes), &With(workers)).unwrap();
            let verification = bundle.verify(&trusting(&[amina()]), &Policy::default(), &With(workers)).unwrap();
            let report = verification.report();
            (report.verdict, report.findings.list().iter().map(ToString::to_string).collect::<Vec<_>>())
        });
        let [(good, none), (bad, one)] = said;
        assert_eq!((good, none.len(), bad, one.len()), (Verdict::Verified, 0, Verdict::Failed, 1), "{workers} workers");
    }
}

/// Fails at one of the times it is asked, or then claims to have read one byte more than fits.
struct Failing {
    bytes: Vec<u8>,
    boasts: bool,
    when: u64,
    asked: AtomicU64,
}

impl ReadAt for Failing {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        match (self.asked.fetch_add(1, Ordering::Relaxed) == self.when, self.boasts) {
            (false, _) => self.bytes.read_at(out, at),
            (true, true) => Ok(out.len() + 1),
            (true, false) => Err(io::Error::other("out of reach")),
        }
    }
}

#[test]
fn what_cannot_be_read_is_never_called_forged() {
    let bytes = many(3, 200_000);
    let times = asked(&bytes, usize::MAX, &With(1));
    assert!(times > 5);
    for (when, boasts) in (0..times).flat_map(|when| [(when, false), (when, true)]) {
        let source = Source::of(Failing { bytes: bytes.clone(), boasts, when, asked: AtomicU64::new(0) });
        let verification = Bundle::read(source, &With(1))
            .and_then(|bundle| bundle.verify(&trusting(&[amina()]), &Policy::default(), &With(1)));
        match verification {
            Ok(verification) => assert_eq!(verification.report().verdict, Verdict::CannotCheck, "question {when} of {times}"),
            Err(error) => assert_eq!(error.code.id, "io.read", "question {when} of {times}"),
        }
    }
}

#[test]
fn what_has_passed_is_verified_and_gives_nothing_out() {
    let bytes = plain().parts().zip();
    let verify = |source| kit::withholding::verify(source).unwrap();
    assert!(verify(stream_of(&bytes, 100)).report().verdict == Verdict::Verified);
    assert!(verify(stream_of(&bytes, 100)).into_intact().is_err());
    let place = tempfile::tempdir().unwrap();
    let settled = stream_of(&bytes, 100).settle(place.path(), closed, &Unwatched).unwrap();
    assert!(verify(settled).into_intact().is_ok());
}

#[test]
fn one_worker_and_seven_seal_what_two_seal() {
    let place = tempfile::tempdir().unwrap();
    let bag = place.path().join("bag");
    std::fs::create_dir(&bag).unwrap();
    for number in 0..9u8 {
        std::fs::write(bag.join(format!("{number}.bin")), vec![number; usize::from(number) << 18]).unwrap();
    }
    // a file large enough to be read twice if the bundle is encrypted
    std::fs::write(bag.join("large.bin"), vec![7; (8 << 20) + 1]).unwrap();
    let mut plain = Vec::new();
    for workers in [1, 2, 7] {
        let to = place.path().join(format!("{workers}.zip"));
        sign(draft(&bag), &to, &With(workers)).unwrap();
        plain.push(std::fs::read(&to).unwrap());
        let mut encrypted = draft(&bag);
        encrypted.encrypt(kit::withholding::for_the_reader());
        let to = place.path().join(format!("{workers}.zip.age"));
        sign(encrypted, &to, &With(workers)).unwrap();
        let source = Source::open(&to).unwrap().unlock(|header| header.open(&[kit::withholding::reader()])).unwrap();
        let verification = Bundle::read(source, &With(workers)).unwrap().verify(&trust(), &Policy::default(), &With(workers));
        assert_eq!(verification.unwrap().report().verdict, Verdict::Verified, "{workers} workers");
    }
    assert!(plain.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn a_source_that_is_told_to_stop_gives_no_verdict_whatever_was_being_read() {
    let place = tempfile::tempdir().unwrap();
    let parts = plain().parts();
    let bytes = parts.zip();
    let folder = place.path().join("folder");
    parts.unpack_to(&folder);
    let sources: [(&str, &dyn Fn() -> Source); 3] = [
        ("bytes", &|| Source::of(bytes.clone())),
        ("stream", &|| stream_of(&bytes, 300)),
        ("folder", &|| Source::open(&folder).unwrap()),
    ];
    for (name, source) in sources {
        let mut stopped = 0;
        for reads in 0.. {
            let left = AtomicU64::new(reads);
            let stop = move || left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err();
            let whole = Bundle::read(source().until(stop), &Unwatched)
                .and_then(|bundle| bundle.verify(&trusting(&[amina()]), &Policy::default(), &Unwatched));
            match whole {
                Ok(verification) if verification.report().verdict == Verdict::Verified => break,
                Ok(verification) => {
                    let report = verification.report();
                    assert_eq!(report.verdict, Verdict::CannotCheck, "{name} after {reads} reads: {report:#?}");
                    assert!(report.findings.has(sealbag::base::code::RUN_INTERRUPTED), "{name}: {report:#?}");
                }
                Err(error) => assert_eq!(error.code.id, "run.interrupted", "{name} after {reads} reads"),
            }
            stopped += 1;
        }
        assert!(stopped > 3, "{name} was asked for {stopped} reads");
    }
}
