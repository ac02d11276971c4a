import type { DeviceFacts } from './device.ts';

/** The devices of the demo: a television, two phones and a laptop, each with its own address. */
export const demoDevices = {
  tv: {
    name: 'the living-room TV',
    id: 'living-room-tv-0001',
    address: '203.0.113.10',
    info: {
      primaryHardwareType: 'TV',
      model: 'LivingRoom55',
      version: '2024',
      manufacturer: 'Example',
      osName: 'Tizen',
      osVersion: '8.0',
      connectionType: 'wired',
    },
  },
  phone: {
    name: "Ana's phone",
    id: 'ana-phone-0001',
    address: '198.51.100.20',
    info: {
      primaryHardwareType: 'MobilePhone',
      model: 'Pocket7',
      version: '7',
      manufacturer: 'Example',
      osName: 'Android',
      osVersion: '15',
      connectionType: 'mobile',
    },
  },
  laptop: {
    name: "Chloé's laptop",
    id: 'chloe-laptop-0001',
    address: '192.0.2.30',
    info: {
      primaryHardwareType: 'Desktop',
      model: 'Laptop',
      version: '1',
      osName: 'Linux',
      osVersion: '6',
      connectionType: 'wifi',
    },
  },
  otherPhone: {
    name: "Chloé's phone",
    id: 'chloe-phone-0001',
    address: '192.0.2.31',
    info: {
      primaryHardwareType: 'MobilePhone',
      model: 'Pocket7',
      version: '7',
      osName: 'Android',
      osVersion: '15',
      connectionType: 'wifi',
    },
  },
} as const satisfies Record<string, DeviceFacts>;
