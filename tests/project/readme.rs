//! README tells the truth: every command in it is run as it stands, in order, in a folder of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use sealbag::Verdict;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The lines of every block of shell commands, without comments.
fn commands() -> Vec<String> {
    let text = readme();
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let command = |line: &str| line.split("  #").next().unwrap().trim().to_owned();
    blocks.flat_map(|block| block.lines().map(command).collect::<Vec<_>>()).filter(|line| !line.is_empty()).collect()
}

/// Answers what a command would ask a person.
fn answered(line: &str) -> String {
    if line.starts_with("sealbag key new") {
        format!("{line} --no-passphrase")
    } else if line.starts_with("sealbag contact add") {
        format!("{line} --yes")
    } else if line.starts_with("sealbag receive") && line.contains(" --handover ") {
        // Bela has a copy of her own, and sends her receipt back
        let hers = line.replace("sealbag receive story.zip", "sealbag --home bela receive hers/story.zip");
        format!(
            "mkdir hers; cp story.zip hers/; sealbag --home bela contact add amina.card --yes; {hers}; \
             cp hers/story.zip.receipt.json from-bela.json"
        )
    } else if line.starts_with("sealbag audit archive -o audit.jsonl") {
        format!("mkdir archive; cp story.zip twins.zip archive/; {line}")
    } else if line.contains(" --with ") {
        // Bela has to know Amina, at her own desk
        line.replace("sealbag", "sealbag --home bela contact add amina.card --yes && sealbag --home bela")
    } else {
        line.to_owned()
    }
}

/// What README says that a command answers: a comment in the words of a verdict.
fn promised(line: &str) -> Option<String> {
    let text = readme();
    let whole = text.lines().find(|whole| whole.starts_with(line))?;
    let comment = whole.split_once("  # ")?.1.trim().to_owned();
    comment.starts_with("VERIFIED").then_some(comment)
}

fn sh(desk: &Path, script: &str) -> Output {
    let path = format!("{}:{}", Path::new(support::program()).parent().unwrap().display(), std::env::var("PATH").unwrap());
    Command::new("sh")
        .args(["-ec", script])
        .current_dir(desk)
        .env("PATH", path)
        .env("HOME", desk.join("home"))
        .env_remove("XDG_DATA_HOME")
        .output()
        .unwrap()
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let desk = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root().join("examples"), desk.path().join("examples")).unwrap();
    let stock = ["unzip", "ssh-keygen", "sha256sum"];
    let missing: Vec<&str> = stock.into_iter().filter(|tool| !has(tool)).collect();
    if !missing.is_empty() {
        assert!(std::env::var_os("CI").is_none(), "{missing:?} must be here");
        eprintln!("{missing:?} are not here, so the stock commands of the README are not run");
    }
    // Bela's card, as she would have given it
    let bela = "sealbag --home bela key new --name Bela --no-passphrase && sealbag --home bela card > bela.card";
    assert!(sh(desk.path(), bela).status.success());
    let mut before = String::new();
    let (mut run, mut kept, mut verified) = (0, 0, false);
    for line in commands() {
        if line.starts_with("cargo ") || line == "tests/run" {
            // `tests/run` runs the example, and is what runs this test
            let script = fs::read_to_string(root().join("tests/run")).unwrap();
            assert!(
                line == "tests/run" || script.contains("--example newsroom") && line.contains("--example newsroom"),
                "{line}"
            );
            continue;
        }
        if !missing.is_empty() && (line.starts_with("unzip") || line.starts_with("ssh-keygen") || line.starts_with("sha256sum"))
        {
            continue;
        }
        if line.starts_with("unzip") {
            let signers = "sealbag contact export | sed -n 's/^sealbag-[0-9a-f]* /sender /p' > signers";
            assert!(sh(desk.path(), signers).status.success());
        }
        let script = format!("{before}{}", answered(&line));
        let output = sh(desk.path(), &script);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{line}\n{said}{}", String::from_utf8_lossy(&output.stderr));
        if let Some(promised) = promised(&line) {
            assert!(said.starts_with(&promised), "{line}\n{said}");
            kept += 1;
        }
        assert!(!line.contains(" --with ") || said.contains("\ndisclosed to you: 1 of the 10 withheld"), "{said}");
        if let Some((_, folder)) = line.split_once("&& cd ") {
            before = format!("cd {folder}\n");
        }
        verified |= line.starts_with("sealbag verify") && said.starts_with("VERIFIED");
        run += 1;
    }
    assert!(verified && kept == 1 && run >= 8, "{run} commands were run, {kept} promises kept");
    assert!(desk.path().join("received/data/report.txt").is_file());
}

#[test]
fn the_table_of_exit_codes_is_that_of_the_program() {
    let text = readme();
    for verdict in [Verdict::Verified, Verdict::Failed, Verdict::UnknownSigner, Verdict::NotEnough, Verdict::CannotCheck] {
        assert!(text.contains(&format!("| {} | {} |", verdict.exit(), verdict)), "{verdict:?}");
    }
}

#[test]
fn every_link_of_the_readme_leads_somewhere() {
    for link in readme().split("](").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned()) {
        assert!(root().join(&link).exists(), "{link}");
    }
}

fn has(tool: &str) -> bool {
    Command::new("sh").args(["-c", &format!("command -v {tool}")]).output().unwrap().status.success()
}
