# What only the page says that checks bundles in a browser. All else it takes from the catalogue in report/words.

web-title = Check a sealed bundle
web-intro = Drop a bundle here and see whether it is whole, whose it is, and what is left out. Nothing leaves this computer: this page asks the network for nothing.
web-genuine = This page cannot know that it is genuine itself. Get it from somewhere else than the bundle, best from somebody who has sealbag (sealbag page), and compare the SHA-256 of the file with what they tell you: sha256sum sealbag-verify.html
web-reason = reason: { $reason }
web-digits = { $label }  { $digits }
web-file = { $role }, { $kind }, { $size }

## what is given

web-step-bundle = The bundle
web-bundle = A bundle: a ZIP file, or an encrypted one (.zip.age)
web-folder = Or a bundle that was unpacked: its folder
web-audit = Or the results of an audit, with their summary and its signature: three files
web-drop = or drop it anywhere on this page, with all that belongs to it
web-dropped = What was dropped was taken in.
web-drop-one = More than one bundle was dropped, and nothing was taken. Drop one, or choose above what each of them is.
web-drop-nothing = What was dropped is no file.
web-drop-unread = What was dropped could not be read, and nothing was taken.
web-step-more = What belongs to it, if anything
web-disclosures = Disclosures: what was given back to you
web-custody = The custody log of this copy
web-against = Another copy to compare it with: do both have the same seal?
web-tokens = Timestamps (.tsr), proofs from one for many bundles (.proof), and revocation lists of their authorities (.crl)
web-identity = If it is encrypted for you: your identity file
web-passphrase = The passphrase of the bundle, or of your identity file
web-kept-nowhere = It is used once and kept nowhere.
web-step-whom = Whom you believe
web-whom = Without this nobody's seal counts: a seal by somebody whom you have not said you believe is a stranger's. Give the card of the person, or an allowed_signers file; and what keys say of themselves, if they were revoked.
web-cards = Cards, an allowed_signers file, or statements that revoke a key
web-nobody-believed = You believe nobody yet.
web-compare = Anybody can write any name on a card. Call the person on a number that you know from elsewhere, have the digits read to you, and compare all six groups.
web-compared = I compared these digits with { $name }, and they are the same
web-believe = Believe this key
web-succeeds = The key so far of { $name } and this one both say that this one comes after it. Whoever stole the old key can say so too: compare the digits. Then the old key counts for nothing.
web-revoked = The key of { $name } says that it is not its owner's since { $since }: from now on you do not believe it.
web-revoked-since = (not believed any more: revoked since { $since })
web-revoked-nobody = This key says that it is not its owner's any more, and you do not believe it anyway: { $fingerprint }
web-offer-revoked = This key says that it is not its owner's since { $since }. It cannot be believed.
web-disbelieve = Forget { $name }
web-believed = You believe:
web-whom-time = Whom you believe about the time: without this no timestamp counts. Give the certificate of the authority, as it publishes it.
web-authorities = Certificates of timestamp authorities (PEM or DER)
web-nobody-trusted = You believe no authority yet.
web-trusted = You believe about the time:
web-valid = Its certificate is valid from { $from } until { $until }.
web-compare-authority = Compare all 64 digits with what the authority publishes in some other way: whoever has its key can date anything.
web-compared-authority = I compared this SHA-256 with what { $name } publishes, and it is the same
web-trust = Believe this authority
web-remember = Remember whom I believe in this browser
web-remember-told = It is written into this browser's storage, where other pages that are opened from this disk may read and change it. Nothing else is kept.
web-remember-not = This browser does not let this page keep anything. When the page is closed, it is forgotten.
web-forgotten = Nothing is remembered: when this page is closed, it is forgotten.
web-remembered = What this browser remembers was read; look at the digits once more if others use this computer.
web-refused-lines = Not taken, since they have no key, no namespaces or patterns: lines { $lines }
web-no-keys = There is no key in it that signs bundles.
web-step-asked = More that you ask for
web-from = Whose seal it must be
web-from-anybody = anybody I believe
web-releases-by = Who may have left something out, besides the sender and whom the seal names
web-releases-by-nobody = nobody else
web-countersigned = Who must have countersigned it, in the custody log
web-countersigned-nobody = nobody
web-require-complete = Nothing may be left out
web-require-time = An authority must prove the time
web-require-addressed = It must be sealed for me
web-require-custody = Its custody log must be unbroken, by people I believe
web-check = Check it
web-cancel = Cancel
web-checking = Checking: { $done } of { $total }
web-cancelled = Cancelled. Nothing was found out.
web-choose-first = Choose a bundle first.
web-given = Given: { $name }

## what comes out

web-known-as = This is the key that signed it. If you know whose it is, compare its digits with the person, give their card above, and check again.
web-look = What is in it
web-files = Files
web-save = Save
web-save-json = Save what was found, as JSON
web-save-of = Save { $name }
web-show = Show
web-show-of = Show { $name }
web-cannot-show = It cannot be shown here.
web-text-of = The text of { $name }
web-picture-of = The picture { $name }
web-text-cut = It is longer; the rest is in the file.

## the results of an audit

web-audit-signed = SIGNED
web-audit-stranger = SIGNED BY A STRANGER
web-audit-refused = Do not rely on these results.
web-audit-part = part { $part } of a list of { $listed }
web-audit-began = from
web-audit-ended = until
web-audit-list = list
web-audit-summary = summary
web-audit-tool = made with
web-audit-note = The bundles were not read now. The times are those of the auditor's clock; timestamps over an audit are not read here, but by sealbag audit verify. This does not show that no bundle was taken away before it was listed: only a register that is kept elsewhere does.

## timestamps

web-stamps = Timestamps
web-stamp-seal = the seal
web-stamp-together = { $seals ->
        [one] the seal, in the stamp of an audit of this bundle alone,
       *[other] the seal, with one timestamp for { $seals } bundles,
    }
web-stamp-step = step { $step } of the custody log, with all before it,
web-stamp-renews = { $name }, which it renews,
web-stamp-nothing = something that is not here
web-stamp-accepted = This proves: { $what } was there before { $at }. { $authority }, whom you believe, vouches for it.
web-stamp-claims = This proves nothing. It claims: { $what } was there before { $at }, says { $signer }.
web-stamp-unread = This proves nothing: what it says cannot be read, or nobody signed it.
web-stamp-signer = It is signed by { $signer }, under the policy { $policy }.
web-stamp-accuracy = Its authority says that the clock may be off by { $seconds } seconds.
web-stamp-until = The certificates above it are valid until { $until }; it should be renewed before.
web-stamp-checked = Revocation lists from after it tell of every certificate above it.
web-stamp-unchecked = Whether a certificate above it was revoked is not known.
web-stamp-renewed = { $name } renews it.
web-stamp-alone = this is the stamp of an audit, or its tree, and this page does not read them: it needs a proof for this bundle
web-stamp-means = A stamp is over many bundles. A proof that is made from it shows that this one is among them.
web-stamp-proof = ask whoever has the results of the audit for a proof, and give that: sealbag audit stamp RESULTS --proof BUNDLE -o FILE.proof

## what is not checked here

web-not-checked-second-reader = what a second ZIP reader sees: this page has none
web-not-checked-links = whether there are links in the folder, and empty folders: a browser does not always tell
