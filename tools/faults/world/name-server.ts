import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface NameServer extends AsyncDisposable {
  readonly port: number;
  /** The addresses of every name from now on; empty: NXDOMAIN. */
  answer(addresses: readonly string[]): void;
  /** Milliseconds before each answer. */
  delay(ms: number): void;
}

const [query, typeA, notFound, ttl] = [12, 1, 3, 300];

/** The part of RFC 1035 that one name needs: type A, a TTL of five minutes. */
const answerTo = (message: Buffer, addresses: readonly string[]): Buffer => {
  const nameEnd = message.indexOf(0, query);
  const question = message.subarray(query, nameEnd + 5);
  const type = message.readUInt16BE(nameEnd + 1);
  const found = type === typeA ? addresses : [];
  const header = Buffer.alloc(query);
  message.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (addresses.length === 0 ? notFound : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found.length, 6);
  const records = found.map((address) => {
    const record = Buffer.alloc(16);
    record.writeUInt16BE(0xc000 | query, 0);
    record.writeUInt16BE(typeA, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(ttl, 6);
    record.writeUInt16BE(4, 10);
    Buffer.from(address.split('.').map(Number)).copy(record, 12);
    return record;
  });
  return Buffer.concat([header, question, ...records]);
};

/** A DNS server on a loopback address; port 53, where the system's resolver asks, requires root. */
export const startNameServer = async (host: string, port = 53): Promise<NameServer> => {
  let addresses: readonly string[] = [];
  let delay = 0;
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    setTimeout(() => {
      socket.send(answerTo(message, addresses), from.port, from.address, () => undefined);
    }, delay);
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    answer: (next) => {
      addresses = next;
    },
    delay: (ms) => {
      delay = ms;
    },
    [Symbol.asyncDispose]: async () => {
      socket.close();
    },
  };
};
