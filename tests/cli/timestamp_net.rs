//! What `timestamp fetch` makes of servers: one clear error for each way in which an answer can be none, soon, and nothing kept.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use support::kit::samples::amina;
use support::kit::{Home, Output};

/// A server on the loopback that treats each connection in one way, and hands out what it was sent.
fn server(answer: impl Fn(&mut TcpStream) + Send + 'static) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (heard, hears) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = heard.send(request(&mut stream));
            answer(&mut stream);
        }
    });
    (port, hears)
}

/// The head of a request, after its body was read.
fn request(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
        bytes.push(byte[0]);
        // what begins a handshake of TLS is no HTTP
        if bytes == [0x16] {
            return "tls".into();
        }
    }
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    let _ = stream.read_exact(&mut body);
    head
}

fn reply(stream: &mut TcpStream, status: &str, kind: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

fn token() -> Vec<u8> {
    fs::read(support::root().join("tests/vectors/timestamps/good-nonce.tsr")).unwrap()
}

fn desk() -> Home {
    let home = Home::trusting(&amina());
    home.write("b.zip", fs::read(support::root().join("tests/vectors/good-least.zip")).unwrap());
    home
}

fn fetch(home: &Home, url: &str, more: &[&str]) -> Output {
    let started = Instant::now();
    let done = home.run([&["timestamp", "fetch", "b.zip", "--tsa", url, "--timeout", "2", "--json"], more].concat());
    assert!(started.elapsed() < Duration::from_secs(20), "{url}: {:?}", started.elapsed());
    assert!(!home.path("b.zip.tsr").exists(), "{url}");
    done
}

const REPLY: &str = "application/timestamp-reply";

#[test]
fn threat_54e_a_server_that_gives_no_token_gets_one_clear_error() {
    let home = desk();
    type Answer = Box<dyn Fn(&mut TcpStream) + Send>;
    let answers: Vec<(&str, &str, Answer)> = vec![
        ("cut", "net.answer", Box::new(|_| ())),
        ("cut in the head", "net.answer", Box::new(|stream| drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Ty")))),
        (
            "cut in the body",
            "net.answer",
            Box::new(|stream| {
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: 5000\r\n\r\n\x30\x82",
                );
            }),
        ),
        (
            "endless",
            "net.answer",
            Box::new(|stream| {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n\r\n");
                while stream.write_all(&[0x30; 4096]).is_ok() {}
            }),
        ),
        (
            "redirect",
            "net.answer",
            Box::new(|stream| {
                let _ = stream.write_all(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
            }),
        ),
        ("error", "net.answer", Box::new(|stream| reply(stream, "500 Internal Server Error", REPLY, b""))),
        ("a page", "net.answer", Box::new(|stream| reply(stream, "200 OK", "text/html", b"<html>"))),
        ("no HTTP", "net.answer", Box::new(|stream| drop(stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")))),
        ("slow", "net.timeout", Box::new(|_| thread::sleep(Duration::from_secs(6)))),
        (
            "slow body",
            "net.timeout",
            Box::new(|stream| {
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: 5000\r\n\r\n");
                while stream.write_all(&[0x30]).is_ok() {
                    thread::sleep(Duration::from_millis(300));
                }
            }),
        ),
        ("no token", "token.malformed", Box::new(|stream| reply(stream, "200 OK", REPLY, b"not a token"))),
        // it has the nonce of another request
        ("an old token", "token.nonce", Box::new(|stream| reply(stream, "200 OK", REPLY, &token()))),
    ];
    for (what, expected, answer) in answers {
        let (port, _) = server(answer);
        let done = fetch(&home, &format!("http://127.0.0.1:{port}/tsa"), &[]);
        let json = done.json();
        assert_eq!(json["code"], expected, "{what}: {json}");
        assert_eq!(done.exit, if expected.starts_with("token") { 1 } else { 5 }, "{what}");
        assert!(done.err.contains("hint:"), "{what}: {}", done.err);
    }
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let refused = fetch(&home, &format!("http://127.0.0.1:{closed}/"), &[]);
    assert_eq!((refused.exit, &refused.json()["code"]), (5, &"net.connect".into()), "{refused:#?}");
    // no certificate of the web, and no TLS at all
    let (port, _) = server(|stream| reply(stream, "200 OK", REPLY, b""));
    let refused = fetch(&home, &format!("https://127.0.0.1:{port}/"), &[]);
    assert_eq!((refused.exit, &refused.json()["code"]), (5, &"net.connect".into()), "{refused:#?}");
    for url in ["ftp://127.0.0.1/", "127.0.0.1", "http://", "file:///etc/passwd"] {
        let refused = fetch(&home, url, &[]);
        assert_eq!((refused.exit, &refused.json()["code"]), (2, &"net.url".into()), "{url}: {refused:#?}");
    }
}

#[test]
fn a_request_tells_the_hash_and_nothing_of_the_program() {
    let home = desk();
    let (port, heard) = server(|stream| reply(stream, "200 OK", REPLY, &token()));
    fetch(&home, &format!("http://127.0.0.1:{port}/tsa"), &[]);
    let head = heard.recv_timeout(Duration::from_secs(5)).unwrap();
    let mut names: Vec<&str> =
        head.lines().skip(1).filter_map(|line| line.split(": ").next()).filter(|n| !n.is_empty()).collect();
    names.sort();
    assert_eq!(names, ["accept", "content-length", "content-type", "host"], "{head}");
    assert!(head.starts_with("post /tsa http/1.1\r\n") && head.contains("content-type: application/timestamp-query"), "{head}");
}

#[test]
fn through_a_proxy_names_are_looked_up_there_and_nowhere_else() {
    let home = desk();
    let (port, _) = server(|stream| reply(stream, "200 OK", REPLY, &token()));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let proxy = format!("socks5h://{}", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let (mut inside, _) = listener.accept().unwrap();
        let mut greeting = [0; 2];
        inside.read_exact(&mut greeting).unwrap();
        inside.read_exact(&mut vec![0; greeting[1].into()]).unwrap();
        inside.write_all(&[5, 0]).unwrap();
        let mut head = [0; 5];
        inside.read_exact(&mut head).unwrap();
        assert_eq!(head[..4], [5, 1, 0, 3], "asks for a name, not for an address");
        let mut name = vec![0; usize::from(head[4]) + 2];
        inside.read_exact(&mut name).unwrap();
        inside.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).unwrap();
        let mut outside = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let (mut back, mut forth) = (outside.try_clone().unwrap(), inside.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut inside, &mut outside));
        let _ = std::io::copy(&mut back, &mut forth);
        String::from_utf8_lossy(&name[..name.len() - 2]).into_owned()
    });
    let done = fetch(&home, "http://tsa.invalid/", &["--proxy", &proxy]);
    assert_eq!(done.json()["code"], "token.nonce", "{done:#?}");
    assert_eq!(asked.join().unwrap(), "tsa.invalid");
    // a proxy that looks names up here would tell whoever watches
    for proxy in ["socks5://127.0.0.1:1", "http://127.0.0.1:1", "127.0.0.1:1"] {
        let refused = fetch(&home, "http://tsa.invalid/", &["--proxy", proxy]);
        assert_eq!((refused.exit, &refused.json()["code"]), (2, &"net.url".into()), "{proxy}");
    }
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let refused = fetch(&home, "http://tsa.invalid/", &["--proxy", &format!("socks5h://{closed}")]);
    assert_eq!((refused.exit, &refused.json()["code"]), (5, &"net.connect".into()), "{refused:#?}");
}
