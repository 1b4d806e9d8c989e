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
web-drop = or drop it anywhere on this page, with all that belongs to it
web-step-more = What belongs to it, if anything
web-disclosures = Disclosures: what was given back to you
web-custody = The custody log of this copy
web-tokens = Timestamps (.tsr), and revocation lists of their authorities (.crl)
web-identity = If it is encrypted for you: your identity file
web-passphrase = The passphrase of the bundle, or of your identity file
web-kept-nowhere = It is used once and kept nowhere.
web-step-whom = Whom you believe
web-whom = Without this nobody's seal counts: a seal by somebody whom you have not said you believe is a stranger's. Give the card of the person, or an allowed_signers file.
web-cards = Cards, or an allowed_signers file
web-nobody-believed = You believe nobody yet.
web-compare = Anybody can write any name on a card. Call the person on a number that you know from elsewhere, have the digits read to you, and compare all six groups.
web-compared = I compared these digits with { $name }, and they are the same
web-believe = Believe this key
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
web-forgotten = Nothing is remembered: when this page is closed, it is forgotten.
web-remembered = What this browser remembers was read; look at the digits once more if others use this computer.
web-refused-lines = Not taken, since they have no key, no namespaces or patterns: lines { $lines }
web-no-keys = There is no key in it that signs bundles.
web-check = Check it
web-cancel = Cancel
web-checking = Checking: { $done } of { $total }
web-cancelled = Cancelled. Nothing was found out.
web-choose-first = Choose a bundle first.
web-given = Given: { $name }

## what comes out

web-verdict = What was found
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

web-stamps = Timestamps
web-stamp-seal = the seal
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

## what is not checked here

web-not-checked-second-reader = what a second ZIP reader sees: this page has none
web-not-checked-links = whether there are links in the folder, and empty folders: a browser does not always tell
web-not-checked-page = this page itself: see above how to find out whether it is genuine
