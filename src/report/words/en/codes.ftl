# What each code means and what to do about it: `sealbag explain`. A code's message is called after it, with - for the point in it.

## the container

code-container-layout = The file does not have the exact layout of a sealed bundle: something was added, cut, moved or rewritten, or it was never a bundle.
    .remedy = if another program zipped this again, unpack it and verify the folder; otherwise ask the sender for the bundle again
code-container-second_reader = A second, independent ZIP reader sees different entries in this file than sealbag does, so two people could open it and see two different things.
    .remedy = do not open it with another program; ask the sender for the bundle again and keep this copy as evidence
code-folder-link = The unpacked bundle contains a link, device, socket or pipe. Only files and folders belong in it.
    .remedy = unpack the bundle again, from the file that you received, into a new folder
code-folder-junk = The unpacked folder holds files that Finder or Explorer leave behind, or empty folders. They are not part of the bundle and were ignored.
    .remedy = nothing to do; do not count these files as evidence
code-folder-decomposed = Some names came back from another disk with separate accents (Unicode normal form D). They are the names that were sealed.
    .remedy = nothing to do; older disks of a Mac write names so

## the payload

code-payload-altered = A file is not what was sealed: its size or its SHA-256 differs.
    .remedy = do not use this file; ask the sender for the bundle again
code-payload-missing = A file that the seal names is not here.
    .remedy = ask the sender for the whole bundle; a file that was left out on purpose comes with a signed release
code-payload-unlisted = The bundle contains a file that was not sealed.
    .remedy = do not trust this file: whoever put it there is not the signer
code-bag-unlisted = A file outside data/ does not belong in a bundle.
    .remedy = do not trust this file: whoever put it there is not the signer
code-bag-derived = A file that is made from the seal (a BagIt file or VERIFY.txt) does not match it.
    .remedy = do not follow what this file says; ask the sender for the bundle again
code-bag-missing = A file that is made from the seal (a BagIt file or VERIFY.txt) is missing.
    .remedy = unpack the bundle again, or ask the sender for the whole bundle

## the seal

code-seal-missing = There is no seal: the signed manifest or its signature is missing or empty. Nothing says who made this, or whether it was changed.
    .remedy = ask the sender for the sealed bundle; without a seal nothing here can be believed
code-seal-manifest = The signed manifest is not written as the format requires.
    .remedy = ask the sender for the bundle again, sealed with sealbag
code-seal-newer = Something in the bundle is in a later version of the format, which this program does not know, and its signature holds. That is not a sign of forgery.
    .remedy = get a newer sealbag and verify again
code-seal-key = The manifest names a signing key that no honest program makes: malformed, weak, or with a part outside the prime-order group.
    .remedy = do not believe this bundle: such a key lets anybody sign
code-seal-armor = The signature file is not, byte for byte, the SSHSIG that the named signer's key would produce.
    .remedy = ask the sender for the bundle again; if that one has the same fault, do not believe it
code-seal-signature = The signature does not match this manifest and the key that it names.
    .remedy = do not believe this bundle: it was changed after sealing, or somebody else's key signed it
code-seal-items = The list of items is not written as the format requires.
    .remedy = ask the sender for the bundle again, sealed with sealbag
code-item-unsealed = The bundle shows an item that the seal does not cover: it was altered or added after sealing.
    .remedy = do not believe this item; ask the sender for the bundle again
code-item-missing = The seal covers items that are neither shown nor explained by a release: somebody left them out without saying so.
    .remedy = ask the sender for the whole bundle; what is left out on purpose comes with a signed release
code-item-conflict = Two items contradict each other: one path twice, a path that is both file and folder, one recipient twice, two of a fact that can be true only once, a fact about a file that is not shown, or no file at all.
    .remedy = do not believe this bundle: no honest program seals this
code-seal-two_versions = What is shown here and what was compared with it or given back to you are under one seal and contradict each other: the signer sealed two versions, so that different people could be shown different ones.
    .remedy = believe neither version; keep both copies as evidence, and ask the signer which of them is true

## releases

code-release-malformed = A release is not written as the format requires, or does not belong to this bundle and its place in the chain.
    .remedy = ask whoever passed the bundle on to send it again, exactly as they made it
code-release-signature = A release is not signed, or not by the person it names.
    .remedy = ask whoever passed the bundle on to send it again, exactly as they made it
code-release-conflict = A release names an item that is shown, that was never sealed, or that another release names already.
    .remedy = do not believe this copy; ask the sender for the whole bundle
code-release-author = Somebody whom you do not believe withheld a part of this bundle.
    .remedy = get that person's card in a way you trust, compare the key digits over the phone, then: sealbag contact add CARD
code-release-other = Somebody you believe withheld a part of this bundle without being allowed to: only the signer, whoever the seal names for it and, without --from, you may do that.
    .remedy = if that person may leave things out for the signer, say so: --releases-by NAME; otherwise ask the signer for the bundle
code-readers-malformed = The list that says for whom this copy was encrypted is not written as the format requires, or does not belong to this copy.
    .remedy = ask whoever passed the bundle on to send it again, exactly as they made it
code-readers-signature = The list that says for whom this copy was encrypted is not signed, or not by the person it names.
    .remedy = ask whoever passed the bundle on to send it again, exactly as they made it
code-readers-left = This plain form of the bundle still holds the list of its readers. It names nobody, but it tells about how many there were, and whoever takes a reader's key can show that it was for them.
    .remedy = do not publish this form: sealbag open and sealbag redact leave the list out
code-release-earlier = A release is dated earlier than the seal. Each date comes from its author's own clock, so this proves nothing by itself.
    .remedy = ask the author of the release when it was made, if the time matters

## who

code-signer-unknown = The seal holds, but you have not said that you believe this key.
    .remedy = get the sender's card in a way you trust, compare the key digits over the phone, then: sealbag contact add CARD
code-signer-revoked = The seal holds, but you no longer believe its key: you revoked it, the key itself says that it is not its owner's any more, or its owner moved to another. The time in the seal is the signer's own claim and cannot rescue it.
    .remedy = ask that person, in a way you trust, whether this seal is theirs, and to seal it again with a new key
code-signer-other = The seal holds, but it is not the seal of the person you named with --from.
    .remedy = ask the person you expected; do not take somebody else's seal for theirs
code-time-future = By the clock of this computer, the seal or a release is dated in the future.
    .remedy = check the clock of this computer; if it is right, ask the author about that date

## required and not met

code-require-complete = You required a complete bundle, but a part of this one is withheld.
    .remedy = ask the sender for the complete bundle
code-require-time = You required a proven time, but this time is only what the signer's clock said.
    .remedy = this version cannot check a timestamp: leave the requirement out, and ask the sender for other proof of the time
code-require-addressed = You required a bundle that was sealed for you, but nothing shows that this one was.
    .remedy = ask the sender whether it was meant for you
code-require-custody = You required an unbroken custody log of this copy by people you believe, but none was given, or it is not that.
    .remedy = give the log: --custody LOG; if it is broken, ask its keeper; if a keeper is a stranger to you, get their card
code-require-countersigned = You required that somebody countersigned the bundle, but no log that was given shows it.
    .remedy = ask them for the log of their copy, and give it: --custody LOG

## what files say of themselves


# a custody log
code-custody-malformed = A line of the custody log does not have the form that the format requires: it was damaged, or never was an entry.
    .remedy = ask the keeper for the log again; if it is damaged there too, its keeper can say since when
code-custody-newer = An entry of the custody log was written by a newer sealbag, so it cannot be checked.
    .remedy = update sealbag, then check the log again
code-custody-torn = The last line of the custody log is not finished: whoever wrote it was interrupted, or the log was cut.
    .remedy = if it is your log, and a run of yours was interrupted: sealbag custody repair LOG; otherwise ask the keeper for it again
code-custody-key = An entry of the custody log names no usable key, so nobody can have signed it.
    .remedy = do not believe this step; ask the keeper
code-custody-signature = An entry of the custody log was not signed by the keeper whom it names, or was altered since.
    .remedy = do not believe this step; ask the keeper for their log
code-custody-chain = An entry does not name the one before it: one of the two was exchanged.
    .remedy = do not believe the log from this step on; ask the keepers for theirs
code-custody-gap = A step is missing: the numbers of the entries do not follow one another.
    .remedy = ask the keeper for the whole log
code-custody-fork = The same number is there twice: the log was written on in two ways, so one of them hides the other.
    .remedy = ask the keeper why there are two; compare both with receipts
code-custody-cut = The log does not hold a step that a receipt, a handover or a head shows: its end was cut off, or it was written anew.
    .remedy = ask the keeper for the whole log
code-custody-log = An entry belongs to another log.
    .remedy = ask the keeper for the log of this copy alone
code-custody-other = The log is about another bundle, or another file, or changes what it is about.
    .remedy = find the log of this copy; if it is that, and the file changed since: sealbag custody add verified BUNDLE
code-custody-handover = The handover or the receipt does not fit: it is for somebody else, for another file, or answers nothing.
    .remedy = ask whoever gave you the copy, or got it from you, for the right one
code-custody-refused = Only a bundle that is VERIFIED can be countersigned. Nothing was written.
    .remedy = see what verifying it says: sealbag verify BUNDLE
code-custody-entry = This cannot be written into a custody log. Nothing was written.
    .remedy = say it more briefly, and a note must say something
code-custody-copy = Whether the custody log is about this very copy cannot be told.
    .remedy = verify the file that the log is about, as it was received
code-custody-clock = A keeper's clock went back between two steps.
    .remedy = nothing to do, if the keeper can say why: clocks are set right now and then
code-custody-open = A copy was given to somebody, and the log has no entry that it arrived. It may be on its way, or lost.
    .remedy = ask for their receipt, then: sealbag custody add accepted BUNDLE --receipt FILE; the handover can be written out again: sealbag custody export BUNDLE --step STEP -o FILE
code-custody-stranger = The keeper who signed this step is a stranger to you.
    .remedy = get their card in a way you trust, compare the key digits, then: sealbag contact add CARD
code-custody-revoked = The key that signed this step is one that you no longer believe.
    .remedy = ask the keeper in person what happened at this step
code-leak-position = The file says where it was made, often to a few metres.
    .remedy = if that place must not be known, leave the file out, or seal a twin without it (--clean-copies) and withhold the file later: redact
code-leak-person = The file names a person: whoever made it, changed it, owns the camera, or is shown.
    .remedy = if that person must not be known, leave the file out, or seal a twin without the name (--clean-copies) and withhold the file later: redact
code-leak-serial = The file holds the serial number of a camera or lens, which ties it to everything else that was made with it.
    .remedy = if other pictures by the same camera are known, leave the file out, or seal a twin without the number (--clean-copies) and withhold the file later: redact
code-leak-device = The file names the telephone or computer that it was made or worked on.
    .remedy = see whether the name tells whose it is
code-leak-contact = The file holds an e-mail address or a telephone number.
    .remedy = see whose it is; if that person must not be known or called, leave the file out, or seal a copy without it
code-leak-account = The file holds a path of the computer that it was made on, with the name of somebody's account in it.
    .remedy = see whether the name tells who that is; if so, leave the file out, or seal a copy without the path
code-leak-company = The file names the company or office where it was made.
    .remedy = if that must not be known, leave the file out, or seal a copy without the name
code-leak-comment = Somebody or some program wrote words into the file that it does not show at first sight.
    .remedy = read them before you give the file away
code-leak-changes = The file keeps what was deleted, added or moved in it, with names and times.
    .remedy = read the changes before you give the file away, or seal a copy in which all of them are accepted
code-leak-hidden = The file holds something that it does not show: hidden text, rows, sheets or slides, or a speaker's notes.
    .remedy = show it in the program that made the file, and read it before you give the file away
code-leak-attachment = The file holds other files, or a program.
    .remedy = open them before you give the file away
code-leak-thumbnail = The file holds a small picture that shows something else than the picture itself, or that could not be compared with it. It may show what was cut away or covered since.
    .remedy = look at it before you give the file away
code-leak-behind = Behind the end of the picture there is something that its readers do not show: another picture, a film, or other bytes.
    .remedy = see what it is before you give the file away, or seal a twin without it (--clean-copies) and withhold the file later: redact
code-leak-motion = The photo holds a short film with sound, from before and after the moment that it shows.
    .remedy = play it before you give the file away, or seal a twin without it (--clean-copies) and withhold the file later: redact
code-leak-history = It keeps earlier versions of itself or a list of what was done to it.
    .remedy = see what it tells before you give the file away; what was removed later may still be read. Of a picture seal a twin without it (--clean-copies), and withhold the file later: redact
code-leak-credentials = The file holds content credentials (C2PA). They may name people and programs, and hold small pictures of earlier states. They were not validated.
    .remedy = look at them with a tool for content credentials before you give the file away, or seal a twin without them (--clean-copies) and withhold the file later: redact
code-leak-strict = A file says something that could harm a source, and you asked to refuse that. Nothing was written.
    .remedy = leave out what is listed, or seal without --strict

# what files say, beside what is stated
code-differs-place = The position in the file is more than 100 metres from the one that the signer states.
    .remedy = ask the signer which is right; a camera can be wrong, and what a file says can be edited
code-differs-time = The time in the file cannot be the one that the signer states, whatever the time zone.
    .remedy = ask the signer which is right; the clocks of cameras are often wrong, and what a file says can be edited
code-differs-camera = The file names another camera than the signer does.
    .remedy = ask the signer which is right; what a file says can be edited
code-differs-sealed = The file says that it was made after it was sealed.
    .remedy = the camera's clock or the signer's was wrong: ask the signer
code-differs-two_places = Two files say that one camera took them in two places, and nobody travels so fast.
    .remedy = the camera's clock or one of the positions is wrong: ask the signer

## could not look

code-io-missing = There is no file or folder of that name.
    .remedy = check the name and the folder you are in
code-io-denied = The operating system does not allow it.
    .remedy = check who owns the file and its folder, and whether you may read or write there
code-io-kind = This is a folder where a file is needed, a file where a folder is needed, or neither of the two.
    .remedy = check the name; an unpacked bundle is named by its folder, and what another program sends through a pipe by -
code-io-read = The operating system could not finish reading or writing.
    .remedy = copy the file to another disk and try again; if it fails there too, ask for it again
code-io-full = The disk is full, or a limit on file sizes is reached. Nothing was left half written.
    .remedy = free some space, or write to another disk where the command has -o or -d, then run it again
code-io-pipe = The program that should have read this output ended early.
    .remedy = run the command again and let the reader read to the end
code-envelope-encrypted = The bundle is encrypted with age and was not decrypted, or it is encrypted twice and only the outer layer was.
    .remedy = decrypt it with age, age -d -i KEY FILE, then verify what comes out
code-envelope-no_key = The bundle is encrypted, and no decryption key of yours opens it.
    .remedy = if it was meant for you, ask the sender to seal it for the card you have now: sealbag card; if your keys are kept elsewhere, say where: --home DIR
code-envelope-recipient = The bundle cannot be encrypted for these recipients.
    .remedy = ask them for newer cards, or seal it more than once, each time for some of them
code-envelope-header = The file begins like an age file, but its header does not follow the age format.
    .remedy = ask for the bundle again; what you have was damaged or made to mislead
code-envelope-damaged = The encrypted file was cut short, altered or added to after it was encrypted.
    .remedy = ask for the bundle again, and check that the whole file arrives
code-envelope-limit = The header of the encrypted file is larger than any bundle needs, so it was not read.
    .remedy = ask the sender what this file is; no bundle is made like this
code-envelope-cost = Trying a passphrase on the encrypted file would take more work than sealbag will do.
    .remedy = ask the sender to encrypt it with the usual settings; or, if you trust them, allow it: --max-work-factor 20
code-envelope-newer = The file is encrypted in a version of age that this program does not know.
    .remedy = get a newer sealbag, or decrypt it with a newer age and verify what comes out
code-envelope-recipients = The envelope has a different number of recipients than the bundle was made for: somebody encrypted it again.
    .remedy = ask who gave it to you; what is inside is what was sealed, whoever encrypted it
code-run-interrupted = The run was stopped before it was done. Nothing was left half written.
    .remedy = run the same command again
code-run-panic = The program stopped because of a bug in it. Disregard anything it said before that.
    .remedy = please report it with the command line; do not treat the bundle as checked

## keys and contacts

code-key-none = You have no signing key yet.
    .remedy = make one: sealbag key new --name "YOUR NAME"
code-key-unknown = No key of yours has that name.
    .remedy = list them: sealbag key list
code-key-exists = A key of yours has that name already, or the same key is there already.
    .remedy = choose another --name, or list them: sealbag key list
code-key-story = Each of your keys is for one story only, and such a key is used only when you name it.
    .remedy = name it: --key NAME, see sealbag key list; or make one for everything else: sealbag key new
code-key-revoked = You revoked this key of yours, so nothing is signed with it and its card is not given out.
    .remedy = make a new key: sealbag key new; or name another one: --key NAME
code-key-no_decryption = This key of yours has no decryption key, so it cannot open encrypted bundles: it was made by an older sealbag, or the file is gone.
    .remedy = give it a decryption key: sealbag key new --decryption
code-key-format = The file is not what is needed here: an OpenSSH Ed25519 key, private or public, or an age identity file.
    .remedy = check that this is the file you mean; or make a new key: sealbag key new
code-key-weak = The key is weak, or has a part outside the prime-order group: signatures under it prove nothing.
    .remedy = do not use this key, and ask whoever gave it to you where it comes from
code-key-cost = Opening the key file would take more work than any honest file needs.
    .remedy = re-encrypt it with the usual settings: ssh-keygen -p -a 24 -f FILE, or age -d FILE and age -p
code-key-passphrase = The passphrase does not open the key, or the key file is damaged.
    .remedy = try again; a forgotten passphrase cannot be recovered: make a new key and give its card to your contacts
code-passphrase-weak = The passphrase that you chose is found by guessing, so whoever has the file can open it. Nothing was made.
    .remedy = take six words that have nothing to do with each other; on a terminal, Enter alone makes one; or keep it: --weak-passphrase
code-key-locked = The key needs a passphrase, and there is no terminal to ask for it.
    .remedy = give a file that holds it: --passphrase-file FILE
code-key-mode = Others on this computer can read or change your private key file.
    .remedy = take that access away: chmod 600 FILE; if somebody may have read it and it is not encrypted, make a new key
code-agent-missing = There is no ssh-agent to ask: no socket where it should be, or nothing answers there.
    .remedy = start one and give it the key: eval $(ssh-agent), then ssh-add FILE; SSH_AUTH_SOCK says where it listens
code-agent-key = The ssh-agent does not hold this key; a locked agent lists no keys.
    .remedy = see what it holds: ssh-add -l; add the key: ssh-add FILE; unlock the agent: ssh-add -X
code-agent-refused = The ssh-agent did not sign: nobody touched the token or agreed when asked, or the agent was locked or lost the key in the meantime. Nothing was written.
    .remedy = run the same command again, and touch the token when it blinks or agree when you are asked
code-agent-answer = The ssh-agent's answer does not follow the protocol, or holds a wrong signature. It was not used.
    .remedy = do not trust whatever is listening there: look where SSH_AUTH_SOCK points, and use an agent that you started yourself
code-card-format = The file is not a card, or was changed on its way: its own signature is wrong.
    .remedy = ask for the card again; its owner makes it with: sealbag card
code-card-newer = The card is in a later version of the format, which this program does not know, and its signature holds. That is not a sign of forgery.
    .remedy = get a newer sealbag and add the card again
code-card-older = The card is no newer than the one you have of the same key, so it changes nothing.
    .remedy = ask for the newest card; its owner makes it with: sealbag card
code-card-limit = The card would be too long for others to keep as a contact, because the key has too many recipients.
    .remedy = use another key for more of them: sealbag key new; what is encrypted for an age identity file can also be opened with: age -d -i FILE
code-revocation-format = The file is not a statement that revokes a key, or was changed on its way: it must be signed by the key that it is about.
    .remedy = ask for it again; its maker writes it out with: sealbag key revoke NAME -o FILE; you can revoke the contact without it: sealbag contact revoke NAME
code-revocation-newer = The statement that revokes a key is in a later version of the format, which this program does not know, and its signature holds. That is not a sign of forgery.
    .remedy = get a newer sealbag, or revoke the contact without it: sealbag contact revoke NAME
code-contact-unknown = You have no contact of that name.
    .remedy = list them: sealbag contact list
code-contact-exists = Another contact, or a key of yours, has that name already. Two fingerprints are two keys: it may be their new one, or somebody who passes for them.
    .remedy = call the person you know and compare the key digits; if both are right, choose what to call this one: --name NAME
code-contact-alike = The name looks like that of another contact, or of a key of yours: in print people would take one for the other. Two different fingerprints are two different keys.
    .remedy = call the person you know and compare the key digits; to keep both, choose what to call this one: --name NAME
code-contact-store = A file or folder that holds your contacts or keys is not as sealbag left it: it is a link, too large, or not in the right form.
    .remedy = look at the file; put back a copy you trust, or remove it and add the contact or key again
code-contact-edited = Your contacts are not as you signed them: somebody or something changed their files. Whoever is not as you signed them is not believed, and whom you revoked stays revoked.
    .remedy = see what changed: sealbag contact check; if it was you, or the contacts are right: sealbag contact accept
code-contact-unsigned = Your contacts, or a change of them, are not signed by a key of yours. Without a signed list of them nobody among them is believed, since somebody may have changed them and removed the list. It is missing too where the key was not at hand or was revoked.
    .remedy = look at them, compare the fingerprints with the people, and sign them: sealbag contact accept; if no key of yours can sign, make one first: sealbag key new
code-contact-changed = Another run changed your contacts after this one had read them, so this one changed nothing.
    .remedy = run it again
code-contact-leftover = A run that was killed left an unfinished file among your contacts. It may hold the name and the key of one, also where they are locked.
    .remedy = remove the file; the next change of your contacts, and sealbag contact lock, remove it too
code-contact-beside = A file lies beside your locked contacts that is not one of them, so it does not count.
    .remedy = look at it; if you know the person, add them from their card: sealbag contact add CARD; then remove the file
code-contact-lock = The file that holds your locked contacts is damaged, or there are two of them.
    .remedy = put it back from a backup, or keep the right one of two; without a backup the contacts are lost: remove the file and add them again from their cards
code-contact-locked = Your contacts are locked, and the decryption key that opens them is not here or was not opened.
    .remedy = put the key back: sealbag key import; or say where your keys are: --home DIR
code-contact-mode = Others on this computer can change your contacts, and with them whom you believe.
    .remedy = take that access away: chmod go-w FILE
code-run-not_confirmed = The question was not answered with yes, so nothing was done.
    .remedy = answer y at the question, or give --yes in a script after you have compared the fingerprint

## sealing

code-input-link = A link, device, socket or pipe cannot be sealed: what it points to may change.
    .remedy = put a copy of the file in its place, or move the link out of the folder
code-input-name = A file name contains something that some computers cannot store or that could mislead a reader, so it cannot be sealed as it is.
    .remedy = rename what is listed, or let sealbag seal it under safe names and keep these as facts: --safe-names
code-input-twin = Two files have names that are the same on some computers, or that would become the same in the bundle.
    .remedy = rename what is listed, or let sealbag seal it under safe names and keep these as facts: --safe-names
code-input-changed = A file changed, grew, shrank or was replaced while it was being sealed. No bundle was written.
    .remedy = wait until nothing writes to the folder, or seal a copy of it
code-input-empty = There is no file to seal.
    .remedy = put the report and its photos into the folder first
code-input-home = What you want to seal contains the folder where sealbag keeps your keys and contacts.
    .remedy = seal a folder that holds only the report and what belongs to it
code-input-limit = It is more than one bundle can hold.
    .remedy = seal it in several bundles
code-input-exclude = An --exclude matches nothing that was found, or is no pattern. Nothing was sealed, since what it was to keep out might be among it.
    .remedy = write the path as it is inside the folder; ** stands for any folders: --exclude "**/*.psd"; see what is there: --dry-run
code-hide-area = An area that is to be hidden is not written as one, is empty, or is not all in its picture. Nothing was sealed.
    .remedy = count from the left upper corner of the picture as people see it: --hide FILE=X,Y,WxH
code-hide-picture = Something is to be hidden in a file that cannot be decoded as a picture. Nothing was sealed.
    .remedy = save the picture as JPEG or PNG with another program, hide it there, and seal both
code-clean-none = There is no copy of the file without what it says of itself, so it can only be shown as it is or withheld.
    .remedy = if it must be shown without that, make a copy with another program and seal it too; for a damaged JPEG, PNG or WebP: --clean-copies=reencode
code-metadata-shape = The metadata file does not have the shape it must have.
    .remedy = start from a template: sealbag seal --template FOLDER
code-metadata-file = The metadata file has facts about a file that is not being sealed.
    .remedy = check the path: write it as it is inside the folder, without the folder's own name
code-metadata-name = A fact has a name that is close to one that readers know, so it may be a slip. It counts as it is, since any name is allowed.
    .remedy = correct it if it is a slip; to have it refused: --strict-facts
code-metadata-date = A fact that says when has a value that is no date, or one that can be read in two ways. It counts as it is.
    .remedy = write 2018-03-01, 2018-03 or 2018-03-01T10:00:00Z, words after a colon, or unknown; to have it refused: --strict-facts
code-metadata-strict = A fact has a name that is probably a slip, or a date that is none, and --strict-facts was given. Nothing was sealed.
    .remedy = correct the metadata file, or leave out --strict-facts

## output and use

code-output-exists = Something of that name is there already, and it was left as it is.
    .remedy = choose another name with -o or -d, or replace a file with --force
code-output-inside = The output would be written into the folder that is being sealed or opened, or over a file that is sealed.
    .remedy = write it elsewhere: -o ../NAME.zip
code-open-refused = The bundle was not opened, because it is not VERIFIED.
    .remedy = see why: sealbag verify BUNDLE
code-open-twin = Two names in the bundle are the same on this file system. Nothing was extracted.
    .remedy = open it on a disk that tells such names apart, or unpack it there and verify the folder
code-open-folders = The files lie in far more folders than so few files need. Nothing was extracted.
    .remedy = ask the sender why there are so many; with a ZIP program single files can be taken out, and verify tells whether they are whole
code-redact-refused = Nothing was withheld, because the bundle is not VERIFIED: a release would vouch for what nobody can believe.
    .remedy = see why: sealbag verify BUNDLE
code-reseal-refused = Nothing was passed on, because the bundle is not VERIFIED.
    .remedy = see why: sealbag verify BUNDLE
code-redact-remains = What remains in the bundle still reveals what you withhold: the same words, names or bytes, a file made at that place or moment or with that camera, or another file of the same picture. Nothing was written.
    .remedy = withhold that too (other files of the same picture: --with-twins); or, if it may stay, run the same command with --anyway
code-redact-nothing_left = A bundle must show at least one file, and this would withhold all of them.
    .remedy = keep at least one file, or do not pass the bundle on at all
code-redact-pattern = You gave a pattern: what it matches was listed, and nothing else was done.
    .remedy = read the list, then run the same command with --all-matching
code-redact-plain = The bundle came encrypted, and you did not say for whom to encrypt the redacted one.
    .remedy = say for whom: --to NAME; or, if everybody may read what stays: --plain
code-disclose-refused = Nothing was disclosed, because the bundle is not VERIFIED.
    .remedy = see why: sealbag verify BUNDLE
code-disclose-plain = The bundle came encrypted, and you did not say for whom to encrypt the disclosure.
    .remedy = say for whom: --to NAME; or, if everybody may read it: --plain
code-disclosure-malformed = The disclosure does not have the form that the format requires: it was cut short, added to, or never was one.
    .remedy = ask whoever disclosed it for the file again
code-disclosure-other = The disclosure belongs to a different bundle than the one being verified.
    .remedy = verify it with the bundle that it belongs to
code-disclosure-unsealed = The disclosure contains an item that the seal does not cover: it was altered, or was never in the bundle.
    .remedy = do not believe what it says; ask whoever disclosed it
code-disclosure-payload = A file in the disclosure is not the one that was sealed.
    .remedy = do not believe the file; ask whoever disclosed it
code-against-other = The two bundles have different seals: neither was made from the other by withholding.
    .remedy = compare what both of them say: sealbag show BUNDLE
code-against-unread = The bundle to compare with is not whole, or could not be read.
    .remedy = see why: sealbag verify BUNDLE
code-item-unknown = No visible item has this name.
    .remedy = see what there is: sealbag show BUNDLE; name an item as path, path#fact, case#fact, source:S1, recipients, or by the first eight digits of its commitment
code-show-stream = The bundle says more than is held in memory, and what comes through a pipe cannot be read a second time.
    .remedy = save it to a file, and show that
code-report-refused = No paper was made, because the seal of the bundle does not hold or could not be checked.
    .remedy = see why: sealbag verify BUNDLE
code-show-refused = There is nothing to show: this cannot be read as a bundle.
    .remedy = see why: sealbag verify BUNDLE
code-usage = The command line was wrong.
    .remedy = see: sealbag help
