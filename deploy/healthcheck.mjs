// In a container: is its process ready? Asks where the process itself was told to listen, and says what it answers.

const port = process.env.PARLEY_MANAGEMENT_PORT || process.env.PORT || '8080';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
  console.log(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.log(`nothing answers on port ${port}: ${error.message}`);
  process.exitCode = 1;
}
