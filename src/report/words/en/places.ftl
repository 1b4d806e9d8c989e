# A next step that fits one case better than the remedy of its code.

hint-TwoOfOneName = rename one of them, so that facts and roles can be given to each
hint-WithholdAtOnce = start from an earlier copy, and withhold everything at once
hint-NameWhatToWithhold = name what is to be withheld
hint-SayWhy = say in a sentence why it is withheld
hint-OtherZip = choose another name: -o NAME.zip
hint-OtherFile = choose another name: -o FILE
hint-OtherOutput = choose another name: -o NAME
hint-OtherName = choose another name: --name NAME
hint-TypeNameAgain = type the name again: --name NAME
hint-PublicHalf = give the file that ends in .pub, or a line of: ssh-add -L
hint-MakeEd25519 = make one: ssh-keygen -t ed25519, or on a token: ssh-keygen -t ed25519-sk
hint-DecryptFirst = decrypt it first: age -d
hint-SealTwice = seal it twice, each time for some of them
hint-MakeTouchKey = make a key that asks for a touch, without no-touch-required: ssh-keygen -t ed25519-sk
hint-FolderOrFiles = seal one folder, or files given one by one: sealbag seal FOLDER, or sealbag seal FILE...
hint-SetClock = set the clock of this computer
hint-PutRightOrName = repair it, or say which key to use: --key NAME
hint-StoryShort = keep it short, or leave it out: --story
hint-ShorterName = use a shorter name, or a folder that is not so deep
hint-FreeSpace = free some space, then run the same command again
hint-OtherHome = check who may write there, or keep them in another folder: --home DIR
hint-NothingArrived = get it again: nothing of it arrived
hint-CutOnItsWay = get it again: it was probably cut off on its way; if that happens again, have its length told to you
hint-SentAsFile = ask for the bundle as a file (in messengers: as a document); what you have may be a picture of it
hint-NotThePage = get the file that the page offers: the name of a bundle ends in .zip or .zip.age
hint-UnpackFirst = unpack it with the program that made it, then verify the bundle that was in it
hint-NameTheBundles = name the bundles in it: sealbag verify FOLDER/*
hint-CopyToDisk = copy it to a disk first: aws s3 cp
hint-NameRegion = name that region: AWS_REGION
hint-RestoreObject = have it restored, wait until that is done, and run the same again
hint-ExportKeys = export keys for this run: eval "$(aws configure export-credentials --format env)"
hint-UseHttps = use https, or a tunnel that ends on this computer: ssh -L
hint-AllowRead = ask for s3:GetObject on it, s3:ListBucket on its bucket, and kms:Decrypt where a managed key encrypts it
hint-AllowList = ask for s3:ListBucket on the bucket
# what a program that uses the library says
hint-Said = { $text }

# A place in the evidence, or a thing on this computer.

place-Bundle = bundle
place-OtherBundle = other bundle
place-Disclosure = disclosure
place-Envelope = envelope
place-Seal = seal
place-Folder = folder
place-EndOfFile = end of the file
place-StandardInput = standard input
place-StandardOutput = standard output
place-Output = output
place-TemporaryFile = temporary file
place-Clock = clock
place-Items = items
place-Files = files
place-Recipients = recipients
place-OwnKeys = your keys
place-Contacts = your contacts
place-DecryptionKey = decryption key
place-CustodyEntry = custody entry
place-Results = results
place-Program = sealbag
place-Byte = byte { $at }
place-ItemLine = seal/items.jsonl line { $line }
place-Step = step { $step }
place-Entry = bundle { $number } of the list
place-Fact = { $about } { $name }
place-FactsOf = files.{ $name }
place-Named = { $name }

# A place, and what is wrong there.

finding = { $place }: { $detail }
