# What a verification answers, and what it did not check: one message for each row in report/messages.rs.

## the word

verdict-verified = VERIFIED
verdict-failed = FAILED
verdict-cannot-check = CANNOT CHECK
verdict-unknown-signer = UNKNOWN SIGNER
verdict-not-enough = NOT ENOUGH
verdict-withheld = VERIFIED, { $withheld } OF { $items } WITHHELD
verdict-withheld-by = VERIFIED, { $withheld } OF { $items } WITHHELD BY { $others }
verdict-withheld-by-signer-too = VERIFIED, { $withheld } OF { $items } WITHHELD BY THE SIGNER, { $others }
verdict-you = YOU

## names of the parts

label-contents = contents
label-signer = signer
label-time = time
label-addressed = addressed
label-custody = custody
label-id = id
label-digest = digest
label-reason = reason
label-bundle-digits = bundle digits
label-key-digits = key digits
heading-found = found
heading-worth-knowing = worth knowing
heading-not-checked = not checked
heading-what-to-do = what to do

## people

# a name, and the beginning of the fingerprint that it stands for
named = { $name } ({ $key })
# a name, and the whole fingerprint
who = { $name } { $fingerprint }
nobody = nobody
# between two of a list
list-comma = ,{" "}

## are the contents what was sealed?

shown = { $items ->
        [one] { $items } item
       *[other] { $items } items
    }, { $files ->
        [one] { $files } file
       *[other] { $files } files
    } ({ $bytes })
contents-intact = intact: { $shown }
contents-withheld = withheld { $withheld } of { $items }, the rest intact: { $shown }
contents-malformed = not intact: malformed
contents-not-signed = not intact: not signed
contents-signature-wrong = not intact: the signature is wrong
contents-altered = not intact: altered
contents-incomplete = not intact: incomplete
contents-unread = could not be checked
release = { $withheld } withheld on { $at } by { $by }
# beside the digits of a bundle in which something is withheld
digits-withheld = they do not fix what is withheld: another copy may show something else

## whose seal is it?

signer-contact = your contact { $who }
signer-contact-since = your contact { $who }, believed since { $since }
signer-you = you, { $who }
signer-unknown = not believed: a stranger, { $who }
signer-revoked = not believed: revoked, { $who }
signer-other = not the one you named: { $who }
signer-unread = could not be checked
signer-nobody = nobody: no signature holds

## since when is it so?

time-claimed = { $at }, as the signer's clock said
time-proven = before { $at }, proven by { $authority }
time-proven-together = { $seals ->
        [one] before { $at }, proven by { $authority } with the stamp of an audit of this bundle alone
       *[other] before { $at }, proven by { $authority } with one timestamp for { $seals } bundles, of which this is one
    }
time-token-not-accepted = { $at }, as the signer's clock said; the token was not accepted
time-unread = could not be checked
time-unknown = unknown: no signature holds

## for whom was it sealed?

addressed-passed-on = to you, not by the signer: passed on by { $by }
addressed-to-you = to you
addressed-to-others = to others: somebody passed it on
addressed-to-nobody = to nobody: it does not say for whom it is
addressed-cannot-tell = cannot tell

## what does the custody log say?

custody-not-given = no log was given
custody-unbroken = unbroken, { $steps ->
        [one] { $steps } step
       *[other] { $steps } steps
    }
custody-doubtful = unbroken, { $steps ->
        [one] { $steps } step
       *[other] { $steps } steps
    }, but you do not believe who signed step { $step }
custody-broken = broken at step { $step }
custody-other = the log that was given is not about this copy
custody-unread = only a newer sealbag can check this log
countersigned = countersigned by { $by }
countersigned-revoked = countersigned by { $by }, whom you no longer believe
countersigned-stranger = countersigned by a stranger to you, { $by }
heading-tokens = about the timestamps
heading-custody = in the custody log

## what was given back, and how it compares

disclosed = disclosed to you: { $given } of the { $withheld } withheld, as they were sealed
shown-anyway = and { $items ->
        [one] { $items } item
       *[other] { $items } items
    } that the bundle shows anyway
file-facts = { $kind }, { $size }, SHA-256 { $digest }
compared-unread = compared: the other bundle is { $word }
compared-two-seals = compared: the two bundles have different seals
compared-one-seal = compared: the two bundles have the same seal
only-here = shown only here: { $items ->
        [one] { $items } item
       *[other] { $items } items
    }
only-there = shown only in the other: { $items ->
        [one] { $items } item
       *[other] { $items } items
    }
and-more = … and { $count } more

## what to do, and what was not done

look-into = to look inside: sealbag open BUNDLE
look-into-with = to look inside: sealbag open BUNDLE --with FILE
not-checked-everything = everything
not-checked-newer-format = everything else: only a newer sealbag knows this format
not-checked-files-without-items = the files: there is no list of items to compare them with
not-checked-behind-break = everything after the place where the layout breaks
not-checked-time = the time: it is what the signer's own clock said
not-checked-time-revocation = whether a certificate above the timestamp was revoked: no list from after it tells of all of them
not-checked-custody = custody: no log was given
not-checked-custody-end = whether the end of the custody log was cut off: sealbag custody verify LOG --receipt FILE
not-checked-second-reader-of-stream = what a second ZIP reader sees: this is a stream
not-checked-second-reader-of-many = what a second ZIP reader sees: there are too many entries
not-checked-disclosure = the disclosure: the bundle, or a disclosure before it, was found to be bad
not-checked-comparison = whether both have the same seal: the bundle, or a disclosure, was found to be bad
# the end of every page
not-proven = This does not prove that the events happened, that the signer's clock was right, who held the key, or what withheld items say.

## what a bundle shows

files-and-bytes = { $files ->
        [one] { $files } file
       *[other] { $files } files
    }, { $bytes }

# what a file says in its own bytes, and what does not fit what is stated
read-from-file = read from the file
nothing-read-from-file = read from the file: no facts could be read
partly-read-from-file = not everything could be read
read-within = in { $part }
not-read-from-stream = what files say in their own bytes was not read: the bundle came through a pipe
heading-differs = does not fit together; which of it is right is not judged
