//! The files in which the AWS tools keep settings: `[name]`, or `[profile name]`, and below it `setting = value`.

use zeroize::Zeroizing;

/// What one profile says.
#[derive(Default)]
pub(super) struct Profile {
    settings: Vec<(String, Zeroizing<String>)>,
}

impl Profile {
    /// The profile of this name in the text of a file; none where it has none. What is indented belongs to the setting above it, and none
    /// of those are taken.
    pub fn read(text: &str, name: &str) -> Option<Self> {
        let mut found: Option<Profile> = None;
        let mut inside = false;
        for line in text.lines().filter(|line| !line.starts_with([' ', '\t', '#', ';'])) {
            if let Some(head) = line.trim_end().strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                let head = head.0.trim();
                let called = head.strip_prefix("profile ").map_or(head, str::trim);
                inside = called == name;
                if inside {
                    found.get_or_insert_default();
                }
            } else if let (true, Some((setting, value))) = (inside, line.split_once('=')) {
                let pair = (setting.trim().to_ascii_lowercase(), Zeroizing::new(value.trim().to_owned()));
                found.get_or_insert_default().settings.push(pair);
            }
        }
        found
    }

    /// What a setting says; nothing where it is empty. The last one counts.
    pub fn says(&self, setting: &str) -> Option<&str> {
        let said = self.settings.iter().rev().find(|(name, _)| name == setting);
        said.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_found_under_either_form_of_its_name() {
        let text = "[default]\nregion=a\n# x\n[profile work]\nAWS_Access_Key_Id = K\ns3 =\n  endpoint_url = no\n[other]\nregion=b\n[work]\nregion = c \n";
        let work = Profile::read(text, "work").unwrap();
        assert_eq!((work.says("aws_access_key_id"), work.says("region")), (Some("K"), Some("c")));
        assert_eq!(work.says("endpoint_url"), None);
        assert_eq!(work.says("s3"), None);
        assert_eq!(Profile::read(text, "default").unwrap().says("region"), Some("a"));
        assert!(Profile::read(text, "none").is_none());
        assert!(Profile::read("[a", "a").is_none() && Profile::read("=\n[]\n=", "a").is_none());
    }
}
