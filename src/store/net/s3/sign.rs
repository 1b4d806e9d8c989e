//! Requests signed with Signature Version 4 of AWS, in a header, so that nothing of it stands in an address that somebody writes down:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>.

use ring::hmac::{HMAC_SHA256, Key, Tag, sign};
use zeroize::Zeroizing;

use crate::format::digest::Digest;
use crate::format::time::Timestamp;

/// An access key. It has no `Debug`, so that no message can show it.
pub(super) struct Credentials {
    pub key: String,
    pub secret: Zeroizing<String>,
    /// For keys that are good for some hours only.
    pub token: Option<Zeroizing<String>>,
}

/// What is signed of a request that has no body.
pub(super) struct Unsigned<'r> {
    pub host: &'r str,
    /// Encoded, with the `/` at its beginning.
    pub path: &'r str,
    /// Encoded, in the order of the names.
    pub query: &'r str,
    /// In the order of their names, which are lower-case and between `host` and `x`.
    pub headers: &'r [(&'r str, &'r str)],
}

/// The headers that a request must have beside its own and `host`, or a server takes it for another.
pub(super) fn signed(
    request: &Unsigned,
    own: &Credentials,
    region: &str,
    now: Timestamp,
) -> Vec<(&'static str, Zeroizing<String>)> {
    let day = now.date().replace('-', "");
    let time = now.to_string().replace(['-', ':'], "");
    let nothing = Digest::of(b"").to_string();
    let mut added =
        vec![("x-amz-content-sha256", Zeroizing::new(nothing.clone())), ("x-amz-date", Zeroizing::new(time.clone()))];
    added.extend(own.token.iter().map(|token| ("x-amz-security-token", token.clone())));

    let (mut lines, mut names) = (Zeroizing::new(String::new()), Vec::new());
    let all = [("host", request.host)].into_iter().chain(request.headers.iter().copied());
    for (name, value) in all.chain(added.iter().map(|(name, value)| (*name, value.as_str()))) {
        lines.extend([name, ":", value, "\n"]);
        names.push(name);
    }
    let names = names.join(";");
    let canonical = Zeroizing::new(format!("GET\n{}\n{}\n{}\n{names}\n{nothing}", request.path, request.query, *lines));
    let scope = format!("{day}/{region}/s3/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", Digest::of(canonical.as_bytes()));

    let secret = Zeroizing::new(format!("AWS4{}", *own.secret));
    let mut tag = hmac(secret.as_bytes(), &day);
    for part in [region, "s3", "aws4_request", &text] {
        tag = hmac(tag.as_ref(), part);
    }
    let signature = data_encoding::HEXLOWER.encode(tag.as_ref());
    let credential = format!("AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={names},Signature={signature}", own.key);
    added.push(("authorization", Zeroizing::new(credential)));
    added
}

fn hmac(key: &[u8], text: &str) -> Tag {
    sign(&Key::new(HMAC_SHA256, key), text.as_bytes())
}

/// A text as paths and queries have it: everything but letters, digits and `-._~` becomes `%` and two digits, and `/` where it does not
/// stand between parts.
pub(super) fn encoded(text: &str, is_path: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b'/' if is_path => out.push('/'),
            _ => {
                out.push('%');
                data_encoding::HEXUPPER.encode_append(&[byte], &mut out);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(token: Option<&str>) -> Credentials {
        Credentials {
            key: "AKIAIOSFODNN7EXAMPLE".into(),
            secret: Zeroizing::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()),
            token: token.map(|token| Zeroizing::new(token.into())),
        }
    }

    /// The examples of the specification.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let now = Timestamp::parse("2013-05-24T00:00:00Z").unwrap();
        let sign = |path, query, headers| {
            let request = Unsigned { host: "examplebucket.s3.amazonaws.com", path, query, headers };
            signed(&request, &own(None), "us-east-1", now)
        };
        let last = |headers: Vec<(&str, Zeroizing<String>)>| headers.last().unwrap().1.to_string();
        assert_eq!(
            last(sign("/test.txt", "", &[("range", "bytes=0-9")])),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
             SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
             Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        let listed = last(sign("/", "max-keys=2&prefix=J", &[]));
        assert!(listed.ends_with("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"), "{listed}");
    }

    #[test]
    fn a_token_is_signed_and_a_secret_stands_nowhere() {
        let now = Timestamp::parse("2013-05-24T00:00:00Z").unwrap();
        let request = Unsigned { host: "h", path: "/", query: "", headers: &[] };
        let headers = signed(&request, &own(Some("the-token")), "us-east-1", now);
        let all: Vec<&str> = headers.iter().map(|(_, value)| value.as_str()).collect();
        assert!(all.contains(&"the-token") && all.last().unwrap().contains("x-amz-security-token"));
        assert!(!all.join(" ").contains("wJalr"));
    }

    #[test]
    fn names_are_encoded_byte_by_byte() {
        assert_eq!(encoded("a/b c+é~%.zip", true), "a/b%20c%2B%C3%A9~%25.zip");
        assert_eq!(encoded("a/b=&", false), "a%2Fb%3D%26");
    }
}
