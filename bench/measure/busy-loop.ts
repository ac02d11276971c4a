// Loaded into the gateway by --import: wastes BENCH_PLANT microseconds in each request, so that the check has something
// to find.
import { subscribe } from 'node:diagnostics_channel';

const milliseconds = Number(process.env['BENCH_PLANT']) / 1_000;

subscribe('http.server.request.start', () => {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
});
