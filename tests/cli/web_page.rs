//! The page that checks bundles in a browser, as the program gives it away. What the page itself does is tested by tests/web/run.

use std::fs;

use support::kit::text::sha256_hex;
use support::runs::Desk;

#[test]
fn the_page_is_written_as_it_is_committed_and_its_digest_is_told() {
    let desk = Desk::new();
    let committed = fs::read(support::root().join("src/web/dist/sealbag-verify.html")).unwrap();
    let told = desk.run(["page", "-o", "verify.html"]).done();
    assert_eq!(fs::read(desk.path("verify.html")).unwrap(), committed);
    assert!(told.out.contains(&sha256_hex(&committed)), "{}", told.out);

    desk.refused(["page", "-o", "verify.html"], 2, "output.exists");
    desk.write("verify.html", "something else");
    let told = desk.run(["page", "-o", "verify.html", "--force", "--json"]).done().json();
    assert_eq!((&told["schema"], &told["exit"]), (&"sealbag-page/1".into(), &0.into()));
    assert_eq!((&told["sha256"], &told["size"]), (&sha256_hex(&committed).into(), &committed.len().into()));
    assert_eq!(fs::read(desk.path("verify.html")).unwrap(), committed);

    let told = desk.run(["page", "-o", "-"]).done();
    assert_eq!(told.out.as_bytes(), committed);
    assert!(told.err.contains(&sha256_hex(&committed)), "{}", told.err);
    // one stream cannot carry both
    let both = desk.run(["page", "-o", "-", "--json"]);
    assert_eq!((both.exit, &both.json()["code"]), (2, &"usage".into()), "{both:#?}");
}

#[test]
fn the_page_asks_for_nothing_and_runs_nothing_but_its_own_script() {
    let page = fs::read_to_string(support::root().join("src/web/dist/sealbag-verify.html")).unwrap();
    let policy = page.split_once("Content-Security-Policy\" content=\"").unwrap().1.split_once('"').unwrap().0;
    let mut rules: Vec<&str> = policy.split("; ").map(|rule| rule.split(' ').next().unwrap()).collect();
    rules.sort_unstable();
    assert_eq!(rules, ["base-uri", "default-src", "form-action", "img-src", "script-src", "style-src", "worker-src"]);
    assert!(
        policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe-inline") && !policy.contains("http"),
        "{policy}"
    );
    let markup = page.split_once("<body>").unwrap().0.to_owned() + page.rsplit_once("</script>").unwrap().1;
    assert!(!markup.contains("src=") && !markup.contains("href="), "{markup}");
}
