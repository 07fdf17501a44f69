import { startEmulator } from '.';

/** Starts an emulator, tells its processes and waits to be ended: for the test that nothing stays behind. */
void startEmulator().then((emulator) => {
  console.log(
    JSON.stringify({ pid: process.pid, processes: emulator.processes(), scratch: emulator.scratchDirectory }),
  );
  setInterval(() => {}, 60_000);
});
