//! An object store on the loopback, of our own: it speaks as much of S3 as reading takes, checks each signature with an implementation of
//! its own, and misbehaves where it is told to. It ends when it is dropped.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::kit::Home;

/// The bucket.
pub const BUCKET: &str = "archive-bucket";
/// Where it is.
pub const REGION: &str = "eu-test-1";
const KEY: &str = "AKIDTEST";
const SECRET: &str = "a/secret+that/is+never/shown";
const TOKEN: &str = "a-session-token";
/// How long nobody waits for a connection on which nothing comes.
const IDLE: Duration = Duration::from_secs(20);

/// What the store does wrong, with all whose key contains the word it is told for.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answers so instead, and says this word for it.
    Status(u16, &'static str),
    /// The connection is cut after so many bytes of the body.
    Cut(usize),
    /// The object is replaced, by one of the same length, before the next answer.
    Replaced,
    /// It is listed, and gone.
    Vanished,
    /// Sends on and on, whatever it announced.
    Endless,
    /// Says that the object is so long, and sends no more than there is.
    Longer(u64),
    /// Answers this in place of any body, as a success.
    Garbage(&'static str),
    /// Waits before each answer.
    Slow(Duration),
    /// The page of a listing leads to itself.
    Loops,
    /// It says that the bucket is in this region.
    Region(&'static str),
    /// Its clock is an hour behind.
    Skewed,
    /// Leads elsewhere.
    Redirect(String),
    /// Answers without a tag, and knows no ranges.
    Plain,
}

struct State {
    objects: BTreeMap<String, Vec<u8>>,
    /// For which keys, what, and how often still.
    faults: Vec<(String, Fault, usize)>,
    /// What was asked: the key, or `?` and the query, and the range.
    asked: Vec<String>,
    /// Keys on a page, at most.
    page: usize,
    replaced: u64,
}

/// A store that runs.
pub struct Store {
    port: u16,
    state: Arc<Mutex<State>>,
    ends: Arc<AtomicBool>,
    listens: Option<JoinHandle<()>>,
}

impl Store {
    pub fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = State { objects: BTreeMap::new(), faults: Vec::new(), asked: Vec::new(), page: 1000, replaced: 0 };
        let (state, ends) = (Arc::new(Mutex::new(state)), Arc::new(AtomicBool::new(false)));
        let (shared, stop) = (Arc::clone(&state), Arc::clone(&ends));
        let listens = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream.unwrap(), port, &shared));
            }
        });
        Store { port, state, ends, listens: Some(listens) }
    }

    pub fn put(&self, key: &str, bytes: impl Into<Vec<u8>>) {
        self.state.lock().unwrap().objects.insert(key.to_owned(), bytes.into());
    }

    /// Does something wrong, so many times, with every request whose key or query contains `word`.
    pub fn misbehave(&self, word: &str, fault: Fault, times: usize) {
        self.state.lock().unwrap().faults.push((word.to_owned(), fault, times));
    }

    pub fn behave(&self) {
        self.state.lock().unwrap().faults.clear();
    }

    /// Lists so many keys on a page.
    pub fn pages_of(&self, keys: usize) {
        self.state.lock().unwrap().page = keys;
    }

    /// What was asked since this was last called.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    /// Variables that lead to it.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port)),
            ("AWS_REGION", REGION.into()),
            ("AWS_ACCESS_KEY_ID", KEY.into()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.into()),
            ("AWS_SESSION_TOKEN", TOKEN.into()),
        ]
    }

    /// Writes the files that lead to it, with this secret or the right one.
    pub fn known_to(&self, home: &Home, secret: Option<&str>) {
        std::fs::create_dir_all(home.path(".aws")).unwrap();
        let secret = secret.unwrap_or(SECRET);
        let keys = format!("aws_access_key_id = {KEY}\naws_secret_access_key = {secret}\naws_session_token = {TOKEN}\n");
        home.write(".aws/credentials", format!("# keys\n[default]\n{keys}"));
        home.write(".aws/config", format!("[default]\nregion = {REGION}\nendpoint_url = http://127.0.0.1:{}\n", self.port));
    }

    /// True where a text shows what nobody may see.
    pub fn is_betrayed_by(&self, text: &str) -> bool {
        [SECRET, TOKEN, "Signature="].iter().any(|secret| text.contains(secret))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let _ = self.listens.take().unwrap().join();
    }
}

/// A request as it came.
struct Request {
    path: String,
    query: String,
    headers: Vec<(String, String)>,
}

impl Request {
    fn read(input: &mut impl BufRead) -> Option<Self> {
        let mut line = String::new();
        if input.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let mut words = line.split(' ');
        assert_eq!(words.next(), Some("GET"), "{line}");
        let target = words.next()?.to_owned();
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            input.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        Some(Request { path: path.to_owned(), query: query.to_owned(), headers })
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    fn asks(&self, name: &str) -> Option<String> {
        let value = self.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(own, _)| *own == name)?.1;
        Some(decoded(value))
    }

    /// Why the signature is none; nothing where it is one.
    fn refused(&self, port: u16) -> Option<&'static str> {
        let authorization = self.header("authorization").unwrap_or_default();
        let part = |name: &str| authorization.split(name).nth(1).and_then(|rest| rest.split(',').next()).unwrap_or_default();
        let (credential, names, signature) = (part("Credential="), part("SignedHeaders="), part("Signature="));
        let scope: Vec<&str> = credential.split('/').collect();
        let [key, day, region, service, last] = *scope else { return Some("AccessDenied") };
        if key != KEY {
            return Some("InvalidAccessKeyId");
        }
        if self.header("x-amz-security-token") != Some(TOKEN) {
            return Some("InvalidToken");
        }
        if self.header("host") != Some(&format!("127.0.0.1:{port}"))
            || [region, service, last] != [REGION, "s3", "aws4_request"]
        {
            return Some("AuthorizationHeaderMalformed");
        }
        let time = self.header("x-amz-date").unwrap_or_default();
        let hash = self.header("x-amz-content-sha256").unwrap_or_default();
        if !time.starts_with(day) || hash != HEXLOWER.encode(&Sha256::digest(b"")) {
            return Some("AuthorizationHeaderMalformed");
        }
        let mut sorted: Vec<&str> = self.query.split('&').collect();
        sorted.sort_unstable();
        let lines: String = names.split(';').map(|name| format!("{name}:{}\n", self.header(name).unwrap_or("?"))).collect();
        // what decides which bytes are given must be signed
        let needed = ["host", "range", "if-match", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"];
        if needed.iter().any(|name| self.header(name).is_some() && !names.split(';').any(|signed| signed == *name)) {
            return Some("AccessDenied");
        }
        let canonical = format!("GET\n{}\n{}\n{lines}\n{names}\n{hash}", self.path, sorted.join("&"));
        let canonical = HEXLOWER.encode(&Sha256::digest(canonical.as_bytes()));
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{day}/{region}/s3/aws4_request\n{canonical}");
        let mut own = format!("AWS4{SECRET}").into_bytes();
        for part in [day, region, service, last, &text] {
            own = hmac(&own, part.as_bytes());
        }
        (HEXLOWER.encode(&own) != signature).then_some("SignatureDoesNotMatch")
    }
}

/// HMAC (RFC 2104) with SHA-256.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block.resize(64, 0);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), text.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

fn decoded(text: &str) -> String {
    let (mut out, mut bytes) = (Vec::new(), text.bytes());
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            }
            byte => out.push(byte),
        }
    }
    String::from_utf8(out).unwrap()
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes()
        .map(|byte| match byte {
            b' ' => "+".into(),
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

fn error(status: u16, word: &str) -> Answer {
    let body = format!("<?xml version=\"1.0\"?>\n<Error><Code>{word}</Code><Message>a message</Message></Error>");
    Answer { status, headers: vec![("Content-Type", "application/xml".into())], body: body.into_bytes() }
}

fn serve(stream: TcpStream, port: u16, state: &Mutex<State>) {
    let _ = stream.set_nodelay(true);
    let _ = stream.set_read_timeout(Some(IDLE));
    let _ = stream.set_write_timeout(Some(IDLE));
    let mut input = BufReader::new(stream.try_clone().unwrap());
    while let Some(request) = Request::read(&mut input) {
        let (fault, answer) = answer(&request, port, &mut state.lock().unwrap());
        if let Some(Fault::Slow(wait)) = fault {
            std::thread::sleep(wait);
        }
        if send(&stream, &answer, fault.as_ref()).is_none() {
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
    }
}

/// Nothing where the connection ends with it.
fn send(mut stream: &TcpStream, answer: &Answer, fault: Option<&Fault>) -> Option<()> {
    let length = if let Some(Fault::Endless) = fault { 1 << 40 } else { answer.body.len() };
    let mut head = format!("HTTP/1.1 {} x\r\nContent-Length: {length}\r\n", answer.status);
    answer.headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
    stream.write_all((head + "\r\n").as_bytes()).ok()?;
    match fault {
        Some(Fault::Cut(after)) => {
            let _ = stream.write_all(&answer.body[..(*after).min(answer.body.len())]);
            None
        }
        Some(Fault::Endless) => {
            let more = vec![b'x'; 64 << 10];
            while stream.write_all(&more).is_ok() {}
            None
        }
        _ => stream.write_all(&answer.body).ok(),
    }
}

fn answer(request: &Request, port: u16, state: &mut State) -> (Option<Fault>, Answer) {
    let key = decoded(request.path.strip_prefix(&format!("/{BUCKET}/")).unwrap_or_default());
    let range = request.header("range").unwrap_or_default();
    let asked = if key.is_empty() { format!("?{}", request.query) } else { format!("{key} {range}") };
    state.asked.push(asked.trim_end().to_owned());
    let last = state.asked.last().unwrap().clone();
    let fault = state.faults.iter_mut().find(|(word, _, times)| *times > 0 && last.contains(&**word));
    let fault = fault.map(|(_, fault, times)| {
        *times -= 1;
        fault.clone()
    });
    let mut answer = match (&fault, request.refused(port)) {
        (Some(Fault::Status(status, word)), _) => error(*status, word),
        (Some(Fault::Skewed), _) => error(403, "AccessDenied"),
        (Some(Fault::Vanished), _) => error(404, "NoSuchKey"),
        (Some(Fault::Region(region)), _) => {
            let mut answer = error(301, "PermanentRedirect");
            answer.headers.push(("x-amz-bucket-region", (*region).into()));
            answer
        }
        (Some(Fault::Redirect(to)), _) => Answer { status: 307, headers: vec![("Location", to.clone())], body: Vec::new() },
        (Some(Fault::Garbage(text)), _) => Answer { status: 200, headers: Vec::new(), body: text.as_bytes().to_vec() },
        (_, Some(word)) => error(403, word),
        _ if !request.path.starts_with(&format!("/{BUCKET}/")) => error(404, "NoSuchBucket"),
        _ if key.len() > 1024 => error(400, "KeyTooLongError"),
        _ if key.is_empty() => list(request, state, matches!(fault, Some(Fault::Loops))),
        _ => object(request, &key, state, fault.as_ref()),
    };
    let date = match &fault {
        Some(Fault::Skewed) => http_date(-3600),
        _ => http_date(0),
    };
    answer.headers.push(("Date", date));
    (fault, answer)
}

/// The time in so many seconds, as HTTP writes it.
fn http_date(in_seconds: i64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64 + in_seconds;
    let (days, second) = (now.div_euclid(86400), now.rem_euclid(86400));
    // civil from days, of the proleptic Gregorian calendar
    let (mut year, mut left) = (1970, days);
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while left >= 365 + i64::from(leap(year)) {
        left -= 365 + i64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while left >= lengths[month] {
        left -= lengths[month];
        month += 1;
    }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let name = names[(days.rem_euclid(7)) as usize];
    format!("{name}, {:02} {} {year} {hour:02}:{minute:02}:{:02} GMT", left + 1, months[month], second % 60)
}

fn list(request: &Request, state: &State, loops: bool) -> Answer {
    assert_eq!(request.asks("list-type").as_deref(), Some("2"));
    let prefix = request.asks("prefix").unwrap_or_default();
    let most: usize = request.asks("max-keys").unwrap().parse().unwrap();
    let after = request.asks("continuation-token").map(|token| token.strip_prefix("after ").unwrap().to_owned());
    let from = match &after {
        Some(after) if !loops => Bound::Excluded(after.clone()),
        _ => Bound::Included(prefix.clone()),
    };
    let mut below = state.objects.range((from, Bound::Unbounded)).take_while(|(key, _)| key.starts_with(&prefix));
    let page: Vec<_> = below.by_ref().take(most.min(state.page)).collect();
    let more = loops || below.next().is_some();
    let mut body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <EncodingType>url</EncodingType><IsTruncated>{more}</IsTruncated>"
    );
    for (key, bytes) in &page {
        body += &format!("<Contents><Key>{}</Key><Size>{}</Size></Contents>", encoded(key), bytes.len());
    }
    if more {
        let last = page.last().map_or("", |(key, _)| key.as_str());
        body += &format!("<NextContinuationToken>after {last}</NextContinuationToken>");
    }
    Answer { status: 200, headers: Vec::new(), body: (body + "</ListBucketResult>").into_bytes() }
}

fn object(request: &Request, key: &str, state: &mut State, fault: Option<&Fault>) -> Answer {
    let Some(bytes) = state.objects.get(key) else { return error(404, "NoSuchKey") };
    if let Some(Fault::Replaced) = fault {
        state.replaced += 1;
    }
    let tag = format!("\"{}-{}\"", HEXLOWER.encode(&Sha256::digest(bytes)[..8]), state.replaced);
    if let Some(Fault::Plain) = fault {
        return Answer { status: 200, headers: Vec::new(), body: bytes.clone() };
    }
    if request.header("if-match").is_some_and(|wanted| wanted != tag) {
        return error(412, "PreconditionFailed");
    }
    let length = bytes.len();
    let (first, last) = request.header("range").unwrap().strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
    if first >= length {
        let mut answer = error(416, "InvalidRange");
        answer.headers.push(("Content-Range", format!("bytes */{length}")));
        return answer;
    }
    let last = last.min(length - 1);
    let whole = if let Some(Fault::Longer(claimed)) = fault { *claimed } else { length as u64 };
    let range = format!("bytes {first}-{last}/{whole}");
    Answer { status: 206, headers: vec![("ETag", tag), ("Content-Range", range)], body: bytes[first..=last].to_vec() }
}
