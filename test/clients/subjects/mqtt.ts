/** MQTT.js over TCP, which is connected once CONNACK is there. */
import { serveNet } from '../fake-net.ts';
import { packageFile, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

/** Types of packets, in the upper half of the first byte (MQTT 3.1.1 §2.2.1). */
const CONNECT = 1;
const PINGREQ = 12;

/** A packet's length is in its second byte: none here is longer than 127 bytes. */
const acknowledges: Protocol = (line, up) => {
  let received = Buffer.alloc(0);
  return (message) => {
    received = Buffer.concat([received, Buffer.from(message)]);
    while (received.length >= 2 && received.length >= 2 + received[1]) {
      const type = received[0] >> 4;
      received = received.subarray(2 + received[1]);
      if (type === CONNECT) {
        line.send(Uint8Array.of(0x20, 2, 0, 0));
        up();
      } else if (type === PINGREQ) line.send(Uint8Array.of(0xd0, 0));
    }
  };
};

export const mqttSubjects: readonly Subject[] = [
  {
    preset: 'mqtt.js',
    knows: [],
    turns: 4,
    start: (world, undo) => {
      interface Client {
        on(event: string, act: () => void): void;
      }
      serveNet(world, acknowledges, undo);
      const { connect } = packageFile<{ connect: (url: string) => Client }>('mqtt/build/index.js');
      connect('mqtt://localhost').on('error', () => undefined);
    },
  },
];
