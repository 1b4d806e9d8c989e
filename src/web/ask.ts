// The worker, and what it is asked. It answers one after the other, so whoever asked first is the next to be answered.
import type { Answer, Ask } from './worker';

declare const WORKER: string;

type Final = Exclude<Answer, { answer: 'progress' }>;

let worker: Worker;
let waiting: { done: (answer: Final) => void; progress: (bytes: number) => void }[] = [];

export function start(): void {
    const url = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }));
    worker = new Worker(url);
    URL.revokeObjectURL(url);
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
        if (data.answer === 'progress') waiting[0]?.progress(data.bytes);
        else waiting.shift()?.done(data);
    });
}

/** Ends what the worker does, with all that it knew. What was asked is never answered. */
export function stop(): void {
    worker.terminate();
    waiting = [];
    start();
}

export function ask(what: Ask, progress: (bytes: number) => void = () => {}): Promise<Final> {
    worker.postMessage(what);
    return new Promise(done => waiting.push({ done, progress }));
}

/** A file out of a bundle that is whole, or null. */
export async function fetchFile(path: string, most = Number.MAX_SAFE_INTEGER): Promise<Blob | null> {
    const answer = await ask({ ask: 'file', path, most });
    return answer.answer === 'file' ? answer.blob : null;
}
