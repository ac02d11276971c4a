/** `ana@viewers.example` → `a••@viewers.example`: enough to recognise one's own, nothing to copy. */
export const maskEmail = (email: string): string => {
  const at = email.lastIndexOf('@');
  const [first = ''] = email;
  return at < 1 ? '••' : `${first}••${email.slice(at)}`;
};
