import type { Device } from '#src/lib/device';
import { fail } from '#src/lib/errors';

/** Adobe publishes no grammar, and takes any visitor id of the programmer's: what a header of one word can hold. */
const identifier = /^[\x21\x23-\x7e]{1,255}$/;

/**
 * The device with AP-Visitor-Identifier (ECID) as the gateway's own API takes it: without the quotation marks of the example on
 * Adobe's header page. Errors: gateway_parameter_invalid.
 */
export const withVisitor = (device: Device): Device => {
  const given = device.headers['ap-visitor-identifier'];
  if (given === undefined) return device;
  const value = /^"(.*)"$/.exec(given)?.[1] ?? given;
  if (!identifier.test(value))
    throw fail('gateway_parameter_invalid', {
      field: 'AP-Visitor-Identifier',
      hint: 'must be an id of at most 255 visible ASCII characters without quotation marks and spaces',
    });
  return { ...device, headers: { ...device.headers, 'ap-visitor-identifier': value } };
};
