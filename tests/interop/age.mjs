#!/usr/bin/env node
// age in JavaScript, from standard input to standard output, with those of age's options that the checks need:
//   age.mjs -r RECIPIENT, age.mjs -d -i IDENTITIES, age.mjs --version
import { readFileSync, writeFileSync } from "node:fs";
import { Decrypter, Encrypter } from "age-encryption";

const [option, ...more] = process.argv.slice(2);
if (option === "--version") {
    const about = new URL("node_modules/age-encryption/package.json", import.meta.url);
    console.log("age-encryption", JSON.parse(readFileSync(about, "utf8")).version, "on node", process.versions.node);
} else if (option === "-r" && more.length === 1) {
    const encrypter = new Encrypter();
    encrypter.addRecipient(more[0]);
    writeFileSync(1, await encrypter.encrypt(readFileSync(0)));
} else if (option === "-d" && more[0] === "-i" && more.length === 2) {
    const decrypter = new Decrypter();
    for (const line of readFileSync(more[1], "utf8").split("\n")) {
        if (line !== "" && !line.startsWith("#")) decrypter.addIdentity(line);
    }
    writeFileSync(1, await decrypter.decrypt(readFileSync(0)));
} else {
    throw new Error("usage: age.mjs -r RECIPIENT | -d -i IDENTITIES | --version");
}
