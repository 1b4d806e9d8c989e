//! User names in paths: `C:\Users\anna\…`, `/home/anna/…`, `/Users/anna/…`, `file:///C:/Users/anna/…`.

/// The folders in which each user of a computer has one of their own, without blanks.
const FOLDERS: [&str; 3] = ["users", "home", "documentsandsettings"];
/// Names of such folders that belong to nobody, or stand for a name.
const NOBODY: [&str; 11] =
    ["public", "default", "defaultuser", "defaultuser0", "allusers", "shared", "guest", "user", "username", "yourname", "name"];
/// A longer name is none.
const LONGEST: usize = 64;
/// So many separators may follow each other, where text was escaped more than once.
const SEPARATORS: usize = 4;

/// The user name in the path whose separator, before a folder of users, stands at `at`; and where it ends.
pub(super) fn account(text: &str, at: usize) -> Option<(String, usize)> {
    let (before, from) = text.split_at_checked(at)?;
    let separator = from.chars().next().filter(|c| matches!(c, '/' | '\\'))?;
    let rest = skipped(from, separator);
    let end = rest.char_indices().take(36).find(|(_, c)| *c == separator)?.0;
    let folder = squeezed(rest.get(..end)?);
    if !FOLDERS.contains(&folder.as_str()) || !begins(before, separator, &folder) {
        return None;
    }
    let name = skipped(rest.get(end..)?, separator);
    let stops = |c: char| c == separator || "\"'<>|?*:;,()[]{}$=\r\n\t".contains(c);
    let end = name.char_indices().take(LONGEST + 1).find(|(_, c)| stops(*c)).map(|(end, _)| end);
    let end = end.or_else(|| name.char_indices().nth(LONGEST).map(|(end, _)| end)).unwrap_or(name.len());
    let whole = name.get(..end)?;
    // only within a path does one know that a blank belongs to the name
    let inside = separator == '\\' && name.get(end..).is_some_and(|rest| rest.starts_with('\\'));
    let cut = if inside { whole } else { whole.split(char::is_whitespace).next().unwrap_or_default() };
    let told = cut.replace("%20", " ");
    let told = told.trim_matches(|c: char| c.is_whitespace() || ".!".contains(c));
    let nobody = NOBODY.contains(&squeezed(told).as_str()) || told.contains('%');
    let named = told.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_') && !nobody;
    named.then(|| (told.to_owned(), text.len() - name.len() + cut.len()))
}

/// Behind the separators that it begins with.
fn skipped(text: &str, separator: char) -> &str {
    let count = text.chars().take(SEPARATORS).take_while(|c| *c == separator).count();
    text.get(count..).unwrap_or_default()
}

/// In small letters, without what stands between words.
fn squeezed(name: &str) -> String {
    name.replace("%20", "").chars().filter(|c| !" _-.".contains(*c)).flat_map(char::to_lowercase).collect()
}

/// True if a path may begin with what stands before the folder of users: a drive, or nothing.
fn begins(before: &str, separator: char, folder: &str) -> bool {
    let separators = before.chars().rev().take(SEPARATORS).take_while(|c| *c == separator).count();
    let mut letters = before.chars().rev().skip(separators);
    let last = letters.next();
    // C:\Users, C:/Users, file:///C:/Users; not https:/
    if last == Some(':') {
        let scheme: String = letters.clone().take(4).collect();
        let drive = letters.next().is_some_and(|c| c.is_ascii_alphabetic());
        return drive && !letters.next().is_some_and(char::is_alphanumeric) || scheme.eq_ignore_ascii_case("elif");
    }
    // /home on one computer; example.org/home and //home are others' pages
    let alone = !last.is_some_and(|c| c.is_alphanumeric() || "._-~)]}%&*$".contains(c) || c == '=' && separator == '\\');
    alone && separators == 0 && (separator == '/' || folder == "users")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let at = text.char_indices().filter(|(_, c)| matches!(c, '/' | '\\')).map(|(at, _)| at);
        let mut names: Vec<String> = at.filter_map(|at| Some(account(text, at)?.0)).collect();
        // each of two backslashes begins the path
        names.dedup();
        names
    }

    #[test]
    fn user_names_in_paths_are_found() {
        for (text, name) in [
            (r"C:\Users\anna\Desktop\list.docx", "anna"),
            (r"see C:\Users\Anna Petrova\Desktop", "Anna Petrova"),
            (r"C:\\Users\\anna\\x", "anna"),
            (r"c:\users\ANNA", "ANNA"),
            (r"C:\Documents and Settings\Boris\My Documents\a.doc", "Boris"),
            ("file:///C:/Users/anna/AppData/Normal.dotm", "anna"),
            ("file:///C:/Documents%20and%20Settings/Anna%20P/a", "Anna P"),
            ("file:///home/anna/a.odt", "anna"),
            ("/home/anna", "anna"),
            ("in /home/anna.", "anna"),
            ("(/Users/anna.petrova/Documents)", "anna.petrova"),
            ("PATH=/home/anna/bin", "anna"),
            (r#""D:\Users\анна\x""#, "анна"),
            ("error at /home/анна/a.py:12", "анна"),
            (r"\Users\anna\AppData", "anna"),
        ] {
            assert_eq!(all(text), [name], "{text}");
        }
    }

    #[test]
    fn other_paths_name_nobody() {
        for text in [
            "https://example.org/home/news/today",
            "https://home/anna/",
            "http://example.org/users/anna",
            "example.org/Users/anna",
            "./home/page",
            "~/home/page",
            "/home/",
            "/home",
            "/Users",
            "the /home folder",
            r"C:\Users\Public\Documents",
            r"C:\Users\Default\x",
            "/Users/Shared/x",
            "/home/user/x",
            r"C:\Users\<name>\x",
            r"C:\Users\%USERNAME%\x",
            "/home/$USER/x",
            "/home/{name}/x",
            "/home/*/x",
            "and/or",
            "his/her/home/anna",
            "/etc/home",
            "/homes/anna",
            r"C:\Users",
            r"C:\Usersanna\x",
            "docs/users/guide.md",
            "src/home/mod.rs",
            "at home / users / anna",
        ] {
            assert_eq!(all(text), [""; 0], "{text}");
        }
    }
}
