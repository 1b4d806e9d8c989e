// What the build takes from the rest of the project; see tests/web/build.mjs.

/** `src/base/code.rs`: how each code counts, and what damage a failed one is. */
declare module 'sealbag:codes' {
    const codes: Record<string, { class: string; damage?: string }>;
    export default codes;
}

/** Those messages of the catalogue that this program names, in Fluent. */
declare module 'sealbag:words' {
    const messages: string;
    export default messages;
}

declare module '*.txt' {
    const text: string;
    export default text;
}
