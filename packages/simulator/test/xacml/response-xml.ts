const context = 'urn:oasis:names:tc:xacml:2.0:context:schema:os';
const policy = 'urn:oasis:names:tc:xacml:2.0:policy:schema:os';

export interface Said {
  resource?: string;
  decision?: string;
  obligations?: string;
  message?: string;
}

/** What an MVPD might say, in the bare form, which nobody signs. */
export const result = ({ resource, decision = 'Permit', obligations = '', message }: Said = {}) =>
  `<Result${resource === undefined ? '' : ` ResourceId="${resource}"`}><Decision>${decision}</Decision>${
    message === undefined
      ? ''
      : `<Status><StatusCode Value="urn:oasis:names:tc:xacml:1.0:status:ok"/><StatusMessage>${message}</StatusMessage></Status>`
  }${obligations && `<Obligations xmlns="${policy}">${obligations}</Obligations>`}</Result>`;
export const response = (...results: string[]) =>
  `<Response xmlns="${context}">${results.join('')}</Response>`;
export const obligation = (id: string, on: string, assignments: Record<string, string> = {}) =>
  `<Obligation ObligationId="${id}" FulfillOn="${on}">${Object.entries(assignments)
    .map(
      ([name, value]) =>
        `<AttributeAssignment AttributeId="${name}" DataType="http://www.w3.org/2001/XMLSchema#string">${value}</AttributeAssignment>`,
    )
    .join('')}</Obligation>`;

export const olca = 'urn:cablelabs:olca:1.0';
export const reauthz = (assignments: Record<string, string>) =>
  obligation(`${olca}:obligations:re-authz`, 'Permit', assignments);
export const log = obligation(`${olca}:obligations:log`, 'Permit');
