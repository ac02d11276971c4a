/** `ana@viewers.example` → `a••@viewers.example`: enough to recognize one's own address, without revealing it. */
export const maskEmail = (email: string): string => {
  const at = email.lastIndexOf('@');
  const [first = ''] = email;
  return at < 1 ? '••' : `${first}••${email.slice(at)}`;
};
