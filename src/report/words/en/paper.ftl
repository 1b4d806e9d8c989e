# Drafts of papers. What a person has to say is left to that person: the catalogue names it and does not say it.

paper-draft = Draft. It proves nothing by itself, and it says nothing until somebody who can answer for it has completed and signed it. Have a lawyer read it before you use it.
paper-own-words = To be completed by hand, in that person's own words. Nothing here was filled in by a program.
paper-bundle = The bundle
paper-method = How it was identified
paper-files = The files that the bundle shows
method-seal = When the bundle was sealed, the SHA-256 digest (FIPS 180-4) of each file was taken and written into a line with its path, its size and a random number. The SHA-256 digests of all lines make a list, the manifest, which was signed with Ed25519 (RFC 8032) in the signature format of OpenSSH. The digest of the bundle is the SHA-256 digest of the manifest.
method-check = For this paper the digest of each file in the bundle was taken again and compared with its line, each line with the manifest, and the signature was checked.
tool = sealbag { $version }
label-file = file
label-tool = program
label-checked = checked on
label-result = result

## under Rule 902(14)

certificate-title = Certification of copied data, Federal Rules of Evidence 902(14)
certificate-about = Rule 902(14) is about data copied from an electronic device, storage medium or file and identified by a process of digital identification. This draft names the data and the process; the certification is the person's.
certificate-person = The person who certifies
certificate-declaration = Declaration
certificate-law = The rule asks for a certification as under Rule 902(11) or (12); 28 U.S.C. § 1746 says how an unsworn declaration is worded. Notice to the other party is a matter of Rule 902(11).
blank-name = name
blank-position = position, employer, address
blank-qualified = what qualifies this person: training, experience, duties
blank-original = the original: device, medium or file, its owner, where it is
blank-copied = how, when, where and by whom the data was copied
blank-compared = how the copy was compared with the original, when, and what came out
blank-file-digest = SHA-256 of the file that is handed over (sha256sum FILE)
blank-kept = how and where the copy has been kept since
blank-declaration = the declaration
blank-place = place
blank-date = date
blank-signature = signature

## custody

custody-title = Custody of digital evidence
custody-about = For everybody who holds the bundle, from the first to the last. It asks for what ISO/IEC 27037 asks to be recorded: what the evidence is, who had it, when, where and why, and what changed.
custody-case = The case
custody-acquired = How it was acquired
custody-handovers = Every hand-over and every access
custody-explained = One line each. Whoever receives the bundle takes its digest again and compares it with the one above: sealbag verify BUNDLE.
blank-case = case number or reference
blank-authority = on whose authority
blank-acquired-by = acquired by: name, organization, signature
blank-acquired-when = when and where
blank-acquired-from = from whom, from which device or medium (make, model, serial number)
blank-acquired-how = how, with what, and who was present
column-number = no.
column-when = date, time, place
column-released = released by: name, signature
column-received = received by: name, signature
column-purpose = why
column-digest = digest compared?
column-changes = what changed, who answers for it
column-path = path
column-bytes = bytes
