//! Which store is asked, and with which access key: what the AWS tools take from the environment and from their files.

use core::net::IpAddr;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use ureq::http::Uri;
use zeroize::Zeroizing;

use super::profile::Profile;
use super::sign::{Credentials, encoded};
use crate::base::code;
use crate::base::detail::Detail;
use crate::base::error::{Error, Result};
use crate::base::limits;
use crate::base::sentence::Quoted;
use crate::store::home::small;
use crate::store::objects::Address;

/// What a variable of the environment says; an empty one says nothing.
type Variable<'v> = &'v dyn Fn(&str) -> Option<OsString>;

/// What is known before anything is asked.
pub(super) struct Settings {
    /// Where the store is, and what says so; none for that of AWS.
    endpoint: Option<(String, &'static str)>,
    pub region: String,
    pub credentials: Credentials,
}

/// How a profile gets its keys that has none, in the order in which they are told.
const ELSEWHERE: [&str; 6] =
    ["sso_session", "sso_start_url", "role_arn", "credential_process", "web_identity_token_file", "login_session"];

impl Settings {
    /// Reads them. Variables go before files, `AWS_ENDPOINT_URL_S3` before `AWS_ENDPOINT_URL`, the file of credentials before that of
    /// settings; without a region it is `us-east-1`.
    ///
    /// # Errors
    /// `object.settings`; `io.…` where a file is there and cannot be read.
    pub fn read(variable: Variable) -> Result<Self> {
        let text = |name: &'static str| match variable(name).map(OsString::into_string).transpose() {
            Ok(text) => Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())),
            Err(_) => Err(unusable(name, Detail::NotText)),
        };
        let asked = text("AWS_PROFILE")?;
        let name = asked.as_deref().unwrap_or("default");
        let secret = file(variable, "AWS_SHARED_CREDENTIALS_FILE", "credentials", name)?;
        let config = file(variable, "AWS_CONFIG_FILE", "config", name)?;
        if asked.is_some() && secret.is_none() && config.is_none() {
            return Err(unusable("AWS_PROFILE", Detail::ObjectNoProfile { profile: Quoted(name.to_owned()) }));
        }
        let (secret, config) = (secret.unwrap_or_default(), config.unwrap_or_default());
        let region = match (text("AWS_REGION")?, text("AWS_DEFAULT_REGION")?) {
            (Some(region), _) | (None, Some(region)) => region,
            (None, None) => config.says("region").or(secret.says("region")).unwrap_or("us-east-1").to_owned(),
        };
        if !is_region(&region) {
            return Err(unusable("AWS_REGION", Detail::ObjectEndpoint));
        }
        let endpoint = match (text("AWS_ENDPOINT_URL_S3")?, text("AWS_ENDPOINT_URL")?, config.says("endpoint_url")) {
            (Some(url), ..) => Some((url, "AWS_ENDPOINT_URL_S3")),
            (_, Some(url), _) => Some((url, "AWS_ENDPOINT_URL")),
            (.., Some(url)) => Some((url.to_owned(), "endpoint_url")),
            _ => None,
        };
        let own = (text("AWS_ACCESS_KEY_ID")?, text("AWS_SECRET_ACCESS_KEY")?.map(Zeroizing::new));
        let credentials = match own {
            (Some(key), Some(secret)) => {
                credentials(&key, &secret, text("AWS_SESSION_TOKEN")?.map(Zeroizing::new).as_ref().map(|token| token.as_str()))?
            }
            (Some(_), None) => return Err(unusable("AWS_SECRET_ACCESS_KEY", Detail::ObjectNoKeys)),
            (None, Some(_)) => return Err(unusable("AWS_ACCESS_KEY_ID", Detail::ObjectNoKeys)),
            (None, None) => of_profile(&[&secret, &config], name)?,
        };
        Ok(Settings { endpoint, region, credentials })
    }

    /// Where requests for the bucket of an address go: a host of its own in the store of AWS, a path elsewhere.
    ///
    /// # Errors
    /// `object.settings`.
    pub fn bucket(&self, address: &Address) -> Result<Bucket> {
        let Some((url, place)) = &self.endpoint else {
            let country = if self.region.starts_with("cn-") { ".cn" } else { "" };
            let store = format!("s3.{}.amazonaws.com{country}", self.region);
            // no certificate is for a name with more dots before the rest
            return Ok(match address.bucket.contains('.') {
                true => Bucket { origin: format!("https://{store}"), host: store, path: format!("/{}", address.bucket) },
                false => {
                    let host = format!("{}.{store}", address.bucket);
                    Bucket { origin: format!("https://{host}"), host, path: String::new() }
                }
            });
        };
        let none = || unusable(place, Detail::ObjectEndpoint);
        let uri: Uri = url.parse().map_err(|_| none())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(none()) };
        let (name, host) = (authority.host(), authority.as_str().to_owned());
        let port = match host.strip_prefix(name) {
            Some("") => true,
            Some(port) => port.strip_prefix(':').and_then(|port| port.parse().ok()).is_some_and(|port: u16| port > 0),
            // somebody is named before it
            None => false,
        };
        if name.is_empty() || !port || uri.query().is_some() || !["http", "https"].contains(&scheme) {
            return Err(none());
        }
        let number = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name).parse::<IpAddr>();
        if scheme == "http" && name != "localhost" && !number.is_ok_and(|number| number.is_loopback()) {
            return Err(unusable(place, Detail::ObjectPlainHttp));
        }
        let path = format!("{}/{}", uri.path().trim_end_matches('/'), address.bucket);
        Ok(Bucket { origin: format!("{scheme}://{host}"), host, path })
    }
}

/// Where requests for a bucket go.
pub(super) struct Bucket {
    /// `https://HOST`.
    pub origin: String,
    pub host: String,
    /// What stands before every key; empty where the host says the bucket.
    path: String,
}

impl Bucket {
    /// The path of an object, or of the bucket itself, encoded.
    pub fn path(&self, key: Option<&str>) -> String {
        format!("{}/{}", self.path, encoded(key.unwrap_or_default(), true))
    }
}

/// True for what can be a region: letters, digits, hyphens.
pub(super) fn is_region(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn unusable(thing: &str, detail: Detail) -> Error {
    Error::new(code::OBJECT_SETTINGS, thing, detail)
}

fn credentials(key: &str, secret: &str, token: Option<&str>) -> Result<Credentials> {
    for (name, text) in
        [("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", secret), ("AWS_SESSION_TOKEN", token.unwrap_or_default())]
    {
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(unusable(name, Detail::NotText));
        }
    }
    let hidden = |text: &str| Zeroizing::new(text.to_owned());
    Ok(Credentials { key: key.to_owned(), secret: hidden(secret), token: token.map(hidden) })
}

fn of_profile(profiles: &[&Profile], name: &str) -> Result<Credentials> {
    for profile in profiles {
        if let (Some(key), Some(secret)) = (profile.says("aws_access_key_id"), profile.says("aws_secret_access_key")) {
            return credentials(key, secret, profile.says("aws_session_token"));
        }
    }
    let elsewhere = ELSEWHERE.into_iter().find(|setting| profiles.iter().any(|profile| profile.says(setting).is_some()));
    Err(match elsewhere {
        Some(setting) => unusable("AWS_PROFILE", Detail::ObjectProfileAsks { profile: Quoted(name.to_owned()), setting }),
        None => unusable("AWS_ACCESS_KEY_ID", Detail::ObjectNoKeys),
    })
}

/// A profile in the file that a variable names, or in that of this name in `~/.aws`; none where there is no file, or no such profile in it.
fn file(variable: Variable, named: &str, usual: &str, profile: &str) -> Result<Option<Profile>> {
    let home = || ["HOME", "USERPROFILE"].into_iter().find_map(variable).map(|home| Path::new(&home).join(".aws").join(usual));
    let Some(path) = variable(named).map(PathBuf::from).or_else(home) else { return Ok(None) };
    let bytes = match small::read(&path, limits::STORE_SETTINGS, code::OBJECT_SETTINGS) {
        Ok(bytes) => bytes,
        Err(error) if error.code == code::IO_MISSING => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| unusable(&path.to_string_lossy(), Detail::NotText))?;
    // some editors on Windows put one there
    Ok(Profile::read(text.strip_prefix('\u{feff}').unwrap_or(text), profile))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings> {
        let variable = |name: &str| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| OsString::from(value));
        Settings::read(&variable)
    }

    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "hidden")];

    fn url(more: &[(&str, &str)], bucket: &str) -> Result<String> {
        let settings = read(&[&KEYS, more].concat()).unwrap();
        let address = Address { bucket: bucket.into(), key: "a b".into() };
        settings.bucket(&address).map(|bucket| format!("{}{}", bucket.origin, bucket.path(Some("a b"))))
    }

    #[test]
    fn a_store_is_where_the_aws_tools_would_look_for_it() {
        assert_eq!(url(&[], "bucket").unwrap(), "https://bucket.s3.us-east-1.amazonaws.com/a%20b");
        assert_eq!(url(&[("AWS_DEFAULT_REGION", "eu-west-1")], "a.b").unwrap(), "https://s3.eu-west-1.amazonaws.com/a.b/a%20b");
        assert_eq!(
            url(&[("AWS_REGION", "cn-north-1"), ("AWS_DEFAULT_REGION", "x")], "bucket").unwrap(),
            "https://bucket.s3.cn-north-1.amazonaws.com.cn/a%20b"
        );
        let both = [("AWS_ENDPOINT_URL", "https://one.example"), ("AWS_ENDPOINT_URL_S3", "https://two.example:9000/x")];
        assert_eq!(url(&both, "bucket").unwrap(), "https://two.example:9000/x/bucket/a%20b");
        for here in ["http://127.0.0.1:9000", "http://127.255.0.9", "http://localhost:9000", "http://[::1]:9000"] {
            url(&[("AWS_ENDPOINT_URL", here)], "bucket").unwrap();
        }
    }

    #[test]
    fn nothing_is_sent_unencrypted_to_another_computer() {
        for away in [
            "http://store.example",
            "http://127.evil.example",
            "http://localhost.evil.example",
            "http://10.0.0.1",
            // names, and not addresses of this computer
            "http://127.0.0.256",
            "http://127.1",
            "http://127.0.0.1.1",
            "http://0.0.0.0",
            "http://[::2]",
        ] {
            let refused = url(&[("AWS_ENDPOINT_URL", away)], "bucket").unwrap_err();
            assert_eq!((refused.code, refused.detail), (code::OBJECT_SETTINGS, Detail::ObjectPlainHttp), "{away}");
        }
        for none in [
            "ftp://store.example",
            "store.example",
            "https://",
            "file:///etc/passwd",
            "https://me:hidden@store.example",
            "https://store.example:99999",
            "https://store.example:-1",
            "https://store.example:0",
            "https://store.example:",
        ] {
            let refused = url(&[("AWS_ENDPOINT_URL", none)], "bucket").unwrap_err();
            assert_eq!(refused.code, code::OBJECT_SETTINGS, "{none}");
        }
        assert_eq!(read(&[("AWS_REGION", "a.evil.example/"), KEYS[0], KEYS[1]]).err().unwrap().code, code::OBJECT_SETTINGS);
    }

    #[test]
    fn keys_come_from_variables_or_a_profile_and_what_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("credentials");
        let config = folder.path().join("config");
        std::fs::write(&secret, "\u{feff}[default]\naws_access_key_id=D\naws_secret_access_key=hidden\n[work]\n").unwrap();
        let text = "[profile work]\nregion=eu-central-1\naws_access_key_id=W\naws_secret_access_key=hidden\naws_session_token=T\n\
                    endpoint_url=https://w.example\n[profile sso]\nsso_session=x\n";
        std::fs::write(&config, text).unwrap();
        let files = [("AWS_SHARED_CREDENTIALS_FILE", secret.to_str().unwrap()), ("AWS_CONFIG_FILE", config.to_str().unwrap())];
        let with = |more: &[(&str, &str)]| read(&[&files, more].concat());
        assert_eq!(with(&[]).unwrap().credentials.key, "D");
        assert_eq!(with(&KEYS).unwrap().credentials.key, "AKID");
        let work = with(&[("AWS_PROFILE", "work")]).unwrap();
        let token = work.credentials.token.as_ref().map(|token| token.as_str());
        assert_eq!((&*work.credentials.key, token, &*work.region), ("W", Some("T"), "eu-central-1"));
        assert_eq!(work.endpoint, Some(("https://w.example".to_owned(), "endpoint_url")));
        let detail = |read: Result<Settings>| {
            let error = read.err().unwrap();
            assert_eq!(error.code, code::OBJECT_SETTINGS);
            assert!(!format!("{error} {error:?}").contains("hidden"));
            error.detail
        };
        let asks = Detail::ObjectProfileAsks { profile: Quoted("sso".into()), setting: "sso_session" };
        assert_eq!(detail(with(&[("AWS_PROFILE", "sso")])), asks);
        assert!(matches!(detail(with(&[("AWS_PROFILE", "none")])), Detail::ObjectNoProfile { .. }));
        assert_eq!(detail(read(&[])), Detail::ObjectNoKeys);
        assert_eq!(detail(read(&KEYS[..1])), Detail::ObjectNoKeys);
        for (place, value) in
            [("AWS_ACCESS_KEY_ID", "a b"), ("AWS_SECRET_ACCESS_KEY", "hidden\u{1}"), ("AWS_SESSION_TOKEN", "é")]
        {
            let more: Vec<_> = KEYS.into_iter().filter(|(name, _)| *name != place).chain([(place, value)]).collect();
            let error = read(&more).err().unwrap();
            assert_eq!((error.place.to_string(), error.detail), (place.to_owned(), Detail::NotText));
        }
    }
}
