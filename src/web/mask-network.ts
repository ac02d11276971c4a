/** `203.0.113.•` for an IPv4 address, `2001:db8:1:…` for an IPv6 network: enough to recognize one's own. */
export const maskNetwork = (network: string): string =>
  network.includes(':') ? `${network.split(':').slice(0, 3).join(':')}:…` : network.replace(/\d+$/, '•');
