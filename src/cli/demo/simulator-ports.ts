import type { Origins, PartyName } from '@kinpass/simulator';

export type SimulatorPorts = Readonly<Record<PartyName, number>>;

/** Six consecutive ports for the six parties; 0 chooses free ones. */
export const portsFrom = (first: number): SimulatorPorts => {
  const port = (index: number) => (first === 0 ? 0 : first + index);
  return { adobe: port(0), mvpd: port(1), dtc: port(2), google: port(3), facebook: port(4), apple: port(5) };
};

/** The origins at these ports; meaningless for port 0. */
export const originsAt = (ports: SimulatorPorts): Origins => {
  const at = (party: PartyName) => `http://localhost:${ports[party]}`;
  return {
    adobe: at('adobe'),
    mvpd: at('mvpd'),
    dtc: at('dtc'),
    google: at('google'),
    facebook: at('facebook'),
    apple: at('apple'),
  };
};
