//! The sentences of a verification, each with what stands in it. The name of a message in the catalogue is that of its row, with `-` for
//! `_`; the arguments have the names and kinds given here.

use crate::base::sentence::{Argument, Exact, Quoted, Sentence, Size};

/// A row is the name of a message and its arguments.
macro_rules! messages {
    ($($name:ident $(($($argument:ident: $kind:ty),*))?;)*) => {
        $(
            #[doc = concat!("The message `", stringify!($name), "`, with `-` for `_`.")]
            #[must_use]
            pub fn $name($($($argument: $kind),*)?) -> Sentence {
                Sentence::new(stringify!($name).replace('_', "-"))$($(.with(stringify!($argument), $argument))*)?
            }
        )*

        /// Every message of this table, by the name of its row, with the names of its arguments.
        pub static MESSAGES: &[(&str, &[&str])] = &[$((stringify!($name), &[$($(stringify!($argument)),*)?])),*];
    };
}

messages! {
    // the word
    verdict_verified;
    verdict_failed;
    verdict_cannot_check;
    verdict_unknown_signer;
    verdict_not_enough;
    verdict_withheld(withheld: u64, items: u64);
    verdict_withheld_by(withheld: u64, items: u64, others: Vec<Argument>);
    verdict_withheld_by_signer_too(withheld: u64, items: u64, others: Vec<Argument>);
    verdict_you;
    // names of the parts
    label_contents;
    label_signer;
    label_time;
    label_addressed;
    label_custody;
    label_id;
    label_digest;
    label_reason;
    label_bundle_digits;
    label_key_digits;
    heading_found;
    heading_worth_knowing;
    heading_not_checked;
    heading_what_to_do;
    // people
    named(name: Quoted, key: Exact);
    who(name: Quoted, fingerprint: Exact);
    nobody;
    // are the contents what was sealed?
    shown(items: u64, files: u64, bytes: Size);
    contents_intact(shown: Sentence);
    contents_withheld(withheld: u64, items: u64, shown: Sentence);
    contents_malformed;
    contents_not_signed;
    contents_signature_wrong;
    contents_altered;
    contents_incomplete;
    contents_unread;
    release(withheld: u64, at: Exact, by: Argument);
    digits_withheld;
    // whose seal is it?
    signer_contact(who: Argument);
    signer_contact_since(who: Argument, since: Exact);
    signer_you(who: Argument);
    signer_unknown(who: Argument);
    signer_revoked(who: Argument);
    signer_other(who: Argument);
    signer_unread;
    signer_nobody;
    // since when is it so?
    time_claimed(at: Exact);
    time_proven(at: Exact, authority: Quoted);
    time_proven_together(at: Exact, authority: Quoted, seals: u64);
    time_token_not_accepted(at: Exact);
    time_unread;
    time_unknown;
    // for whom was it sealed?
    addressed_passed_on(by: Argument);
    addressed_to_you;
    addressed_to_others;
    addressed_to_nobody;
    addressed_cannot_tell;
    // what does the custody log say?
    custody_not_given;
    custody_unbroken(steps: u64);
    custody_doubtful(steps: u64, step: u64);
    custody_broken(step: u64);
    custody_other;
    custody_unread;
    countersigned(by: Argument);
    countersigned_revoked(by: Argument);
    countersigned_stranger(by: Argument);
    heading_tokens;
    heading_custody;
    // what was given back, and how it compares
    disclosed(given: u64, withheld: u64);
    shown_anyway(items: u64);
    file_facts(kind: String, size: Size, digest: Exact);
    compared_unread(word: Sentence);
    compared_two_seals;
    compared_one_seal;
    only_here(items: u64);
    only_there(items: u64);
    and_more(count: u64);
    // what to do, and what was not done
    look_into;
    look_into_with;
    not_checked_everything;
    not_checked_newer_format;
    not_checked_files_without_items;
    not_checked_behind_break;
    not_checked_time;
    not_checked_time_revocation;
    not_checked_custody;
    not_checked_custody_end;
    not_checked_second_reader_of_stream;
    not_checked_second_reader_of_many;
    not_checked_disclosure;
    not_checked_comparison;
    not_proven;
    // the page
    page_title(word: Sentence, bundle: String);
    page_of(bundle: Quoted);
    page_sections;
    page_made(at: Exact, version: Exact);
    page_you;
    page_no_proof;
    banner_verified;
    banner_failed;
    banner_cannot_check;
    banner_stranger;
    banner_revoked;
    banner_other;
    banner_author;
    banner_not_enough;
    section_answers;
    section_withheld;
    section_hands;
    section_story;
    section_case;
    section_pictures;
    section_files;
    section_digests;
    section_check;
    nothing_withheld;
    withheld_untold;
    held_about;
    held_unseen;
    held_copy(number: u64);
    held_log(log: Exact);
    held_from(copy: u64, step: u64);
    held_from_elsewhere;
    held_gap(count: u64, first: u64, last: u64);
    held_fork(step: u64);
    held_way(number: u64);
    held_step(step: u64, event: Sentence, by: Argument);
    held_received;
    held_released;
    held_accepted;
    held_copied;
    held_stored;
    held_verified;
    held_withheld;
    held_countersigned;
    held_noted;
    held_to(to: Argument);
    held_verdict(word: Exact);
    held_where;
    held_why;
    held_note;
    held_in(logs: Vec<Argument>);
    keeper_revoked(who: Sentence);
    keeper_stranger(key: Exact);
    stated_by_signer;
    story_other(kind: String);
    story_cut(left: Size);
    source(source: Exact);
    pictures_small;
    picture_name(path: String);
    picture_credit(credit: String);
    picture_made(of: String);
    picture_made_bare(of: String);
    picture_made_anew(of: String);
    picture_made_covered(of: String);
    more_pictures(count: u64);
    more_files(count: u64);
    stated_and_read;
    facts_of(path: String);
    column_fact;
    column_stated;
    column_read;
    value_cut(count: u64);
    label_key;
    label_fingerprint;
    check_without;
    // papers
    paper_draft;
    paper_own_words;
    paper_bundle;
    paper_method;
    paper_files;
    method_seal;
    method_check;
    tool(version: Exact);
    label_file;
    label_tool;
    label_checked;
    label_result;
    certificate_title;
    certificate_about;
    certificate_person;
    certificate_declaration;
    certificate_law;
    blank_name;
    blank_position;
    blank_qualified;
    blank_original;
    blank_copied;
    blank_compared;
    blank_file_digest;
    blank_kept;
    blank_declaration;
    blank_place;
    blank_date;
    blank_signature;
    custody_title;
    custody_about;
    custody_case;
    custody_acquired;
    custody_handovers;
    custody_explained;
    blank_case;
    blank_authority;
    blank_acquired_by;
    blank_acquired_when;
    blank_acquired_from;
    blank_acquired_how;
    column_number;
    column_when;
    column_released;
    column_received;
    column_purpose;
    column_digest;
    column_changes;
    column_path;
    column_bytes;
    files_and_bytes(files: u64, bytes: Size);
    read_from_file;
    nothing_read_from_file;
    partly_read_from_file;
    read_within(part: Quoted);
    not_read_from_stream;
    heading_differs;
    // the page about audits
    board_title(word: Sentence);
    board_all_passed;
    board_to_look_at(count: u64);
    board_of(checked: u64, passed: u64, size: Size, at: Exact);
    board_signed(who: Argument);
    board_signed_by_stranger(fingerprint: Exact);
    board_unsigned;
    board_numbers;
    board_over_time;
    board_plot(audits: u64);
    board_legend;
    board_ended;
    board_bundles;
    board_passed;
    board_look_at;
    board_section_look_at;
    board_nothing;
    board_bundle;
    board_what;
    board_since;
    board_since_day(day: Exact);
    board_since_or_longer(day: Exact);
    board_more(count: u64);
    board_untracked;
    board_unproven;
    board_unproven_means;
    board_audits;
    board_no_proof;
    outcome_intact;
    outcome_withheld;
    outcome_not_enough;
    outcome_unknown_signer;
    outcome_failed;
    outcome_changed;
    outcome_closed;
    outcome_missing;
    outcome_unread;
    outcome_intact_means;
    outcome_withheld_means;
    outcome_not_enough_means;
    outcome_unknown_signer_means;
    outcome_failed_means;
    outcome_changed_means;
    outcome_closed_means;
    outcome_missing_means;
    outcome_unread_means;
}
