// Loaded into a gateway by --import: its wall clock is ahead of the machine's by the milliseconds in a file.
import { readFileSync } from 'node:fs';

const file = process.env['FAULTS_CLOCK'] ?? '';
const MachineDate = Date;
let ahead = 0;

const read = (): void => {
  ahead = Number(readFileSync(file, 'utf8'));
};
read();
setInterval(read, 20).unref();

class SetDate extends MachineDate {
  constructor(...given: [] | ConstructorParameters<typeof MachineDate>) {
    if (given.length === 0) super(MachineDate.now() + ahead);
    else super(...given);
  }
  static override now(): number {
    return MachineDate.now() + ahead;
  }
}

globalThis.Date = SetDate as DateConstructor;
