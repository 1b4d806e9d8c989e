//! `generate`: what a package needs beside the program.

use support::runs;

use runs::Desk;

#[test]
fn every_command_has_a_man_page_that_names_its_options() {
    let desk = Desk::new();
    let list = desk.run(["generate", "man", "--list"]).done().out;
    let names: Vec<&str> = list.lines().collect();
    for name in ["seal", "verify", "open", "key new", "contact export", "generate completions"] {
        assert!(names.contains(&name), "{name}: {list}");
    }
    for name in &names {
        let page = desk.run(["generate", "man"].into_iter().chain(name.split(' '))).done().out;
        let title = format!(".TH sealbag-{} 1", name.replace(' ', "-"));
        assert!(page.contains(&title), "{name} has no {title}: {page}");
        assert!(page.contains(".SH SYNOPSIS") && page.contains(".SH DESCRIPTION"), "{name}: {page}");
    }
    let seal = desk.run(["generate", "man", "seal"]).done().out;
    assert!(seal.contains("\\-\\-metadata") && seal.contains("Example:"), "{seal}");
    let whole = desk.run(["generate", "man"]).done().out;
    assert!(
        whole.contains(".TH sealbag 1") && whole.contains("Exit codes:") && whole.contains("sealbag\\-verify(1)"),
        "{whole}"
    );
    desk.refused(["generate", "man", "nothing"], 2, "usage");
    desk.refused(["generate", "man", "key", "nothing"], 2, "usage");
}

#[test]
fn completions_are_made_for_each_shell() {
    let desk = Desk::new();
    for (shell, has) in [
        ("bash", "complete -F _sealbag"),
        ("zsh", "#compdef sealbag"),
        ("fish", "complete -c sealbag"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let text = desk.run(["generate", "completions", shell]).done().out;
        assert!(text.contains(has) && text.contains("passphrase-file") && text.contains("verify"), "{shell}");
    }
    assert_eq!(desk.run(["generate", "completions", "cmd"]).exit, 2);
    assert_eq!(desk.run(["generate", "completions", "bash", "--json"]).json()["code"], "usage");
}
