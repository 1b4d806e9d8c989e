const { finish } = await import('./drive.mjs');
for (const part of process.env.PARTS.split(',')) {
    const t = Date.now();
    await import(`./browser/${part}.mjs`);
    console.log(part, Date.now() - t, 'ms');
}
await finish();
