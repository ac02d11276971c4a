/** Every text that a viewer reads. A language is one object; the compiler checks that none is missing. */

const english = {
  language: 'en',
  brand: 'Kinpass',
  chooseTitle: (app: string) => `Sign in to ${app}`,
  chooseLead: 'Choose how you want to sign in. You will return here afterwards.',
  chooseNone: 'No sign-in method is set up for this app.',
  continueWith: (label: string) => `Continue with ${label}`,
  cancel: 'Cancel',
  continueTitle: (app: string) => `Continue to ${app}`,
  continueLead: 'You are already signed in in this browser.',
  continueAs: (email: string) => `Continue as ${email}`,
  continueAsUnknown: 'Continue with this account',
  otherAccount: 'Use another account',
  codeTitle: 'Connect your TV',
  codeLead: 'Enter the code shown on your TV or device.',
  codePrefilledLead: 'Check that this code matches the one on your TV or device, then continue.',
  codeLabel: 'Code',
  codeSubmit: 'Continue',
  codeRefused: 'That code does not work. It may be mistyped, expired or already used.',
  codeMissing: 'Enter the code first.',
  codeAgain:
    'This page was open for too long, or your browser did not send our cookie. Enter the code again.',
  codeHint: 'Continue only if you can see this code on a device in front of you.',
  approveTitle: 'Sign in on your TV?',
  approveLead: (app: string) =>
    `A TV or another device wants to use ${app} with your account. It is showing this code:`,
  approveCode: 'Code on the device',
  approveAccount: 'Account',
  approveApp: 'App',
  approveWarning:
    'If this is not your device, or its code is different, choose Deny: someone may be trying to access your account.',
  approve: 'Approve',
  deny: 'Deny',
  successTitle: 'You are signed in',
  successLead: (app: string) =>
    `${app} will continue automatically in a few seconds. You can close this page.`,
  alreadyTitle: 'You are already signed in',
  alreadyDeviceLead: (app: string) => `${app} is signed in on your device. You can close this page.`,
  alreadyAppLead: (app: string) => `You can go back to ${app}.`,
  anotherDevice: 'Connect another device',
  enterCode: 'Enter a code',
  deniedTitle: 'Not signed in',
  deniedLead: 'The device was not signed in, and nothing was shared with it. You can close this page.',
  expiredTitle: 'This sign-in has ended',
  expiredLead:
    'It took too long, was already used, or was started in another browser. Go back to your app or TV and start again.',
  refusedTitle: 'Sign-in was cancelled',
  refusedLead: 'You can choose another way to sign in, or close this page.',
  unfinishedTitle: 'The sign-in was not finished',
  unfinishedLead: 'The sign-in service has to ask you again. Please try again.',
  rejectedTitle: 'We could not verify your identity',
  rejectedLead: 'The response of the sign-in service could not be verified. Please try again.',
  unavailableTitle: 'The sign-in service is not responding',
  unavailableLead: 'This is usually temporary. Please try again in a moment.',
  attemptsTitle: 'Too many attempts',
  attemptsLead: 'Please wait a few minutes before trying another code.',
  forbiddenTitle: 'This request was rejected',
  forbiddenLead: 'It did not come from a page of this site. Go back to your app or TV and start again.',
  requestTitle: 'The app sent a request that we cannot serve',
  requestLead:
    'Go back to the app and try again. If the problem persists, send the details below to the support team of the app.',
  failureTitle: 'Something went wrong',
  failureLead: 'The problem is on our side. Please try again in a moment.',
  signOutTitle: 'Sign out in this browser?',
  signOutLead: 'Apps and TVs on which you are signed in are not affected.',
  signOut: 'Sign out',
  signedOutTitle: 'You are signed out',
  signedOutLead: 'This browser no longer remembers your account.',
  tryAgain: 'Try again',
  chooseAgain: 'Choose again',
};

export type Messages = typeof english;

const spanish: Messages = {
  language: 'es',
  brand: 'Kinpass',
  chooseTitle: (app) => `Inicia sesión en ${app}`,
  chooseLead: 'Elige cómo quieres iniciar sesión. Después volverás aquí.',
  chooseNone: 'Esta aplicación no tiene configurado ningún método de inicio de sesión.',
  continueWith: (label) => `Continuar con ${label}`,
  cancel: 'Cancelar',
  continueTitle: (app) => `Continuar en ${app}`,
  continueLead: 'Ya tienes la sesión iniciada en este navegador.',
  continueAs: (email) => `Continuar como ${email}`,
  continueAsUnknown: 'Continuar con esta cuenta',
  otherAccount: 'Usar otra cuenta',
  codeTitle: 'Conecta tu televisor',
  codeLead: 'Escribe el código que aparece en tu televisor o dispositivo.',
  codePrefilledLead: 'Comprueba que este código coincide con el de tu televisor o dispositivo y continúa.',
  codeLabel: 'Código',
  codeSubmit: 'Continuar',
  codeRefused: 'Ese código no es válido. Puede estar mal escrito, haber caducado o haberse usado ya.',
  codeMissing: 'Escribe primero el código.',
  codeAgain:
    'Esta página estuvo abierta demasiado tiempo o tu navegador no envió nuestra cookie. Escribe el código de nuevo.',
  codeHint: 'Continúa solo si ves este código en un dispositivo que tengas delante.',
  approveTitle: '¿Iniciar sesión en tu televisor?',
  approveLead: (app) =>
    `Un televisor u otro dispositivo quiere usar ${app} con tu cuenta. En su pantalla aparece este código:`,
  approveCode: 'Código del dispositivo',
  approveAccount: 'Cuenta',
  approveApp: 'Aplicación',
  approveWarning:
    'Si el dispositivo no es tuyo o su código es distinto, elige Rechazar: alguien podría estar intentando acceder a tu cuenta.',
  approve: 'Aprobar',
  deny: 'Rechazar',
  successTitle: 'Sesión iniciada',
  successLead: (app) => `${app} continuará automáticamente en unos segundos. Puedes cerrar esta página.`,
  alreadyTitle: 'Ya has iniciado sesión',
  alreadyDeviceLead: (app) => `${app} tiene la sesión iniciada en tu dispositivo. Puedes cerrar esta página.`,
  alreadyAppLead: (app) => `Puedes volver a ${app}.`,
  anotherDevice: 'Conectar otro dispositivo',
  enterCode: 'Escribir un código',
  deniedTitle: 'Sesión no iniciada',
  deniedLead:
    'El dispositivo no ha iniciado sesión y no se ha compartido nada con él. Puedes cerrar esta página.',
  expiredTitle: 'Este inicio de sesión ha terminado',
  expiredLead:
    'Tardó demasiado, ya se usó o se inició en otro navegador. Vuelve a tu aplicación o televisor y empieza de nuevo.',
  refusedTitle: 'Inicio de sesión cancelado',
  refusedLead: 'Puedes elegir otra forma de iniciar sesión o cerrar esta página.',
  unfinishedTitle: 'El inicio de sesión no se completó',
  unfinishedLead: 'El servicio de inicio de sesión tiene que preguntarte de nuevo. Inténtalo otra vez.',
  rejectedTitle: 'No hemos podido verificar tu identidad',
  rejectedLead:
    'No se ha podido verificar la respuesta del servicio de inicio de sesión. Inténtalo de nuevo.',
  unavailableTitle: 'El servicio de inicio de sesión no responde',
  unavailableLead: 'Suele ser algo temporal. Inténtalo de nuevo en un momento.',
  attemptsTitle: 'Demasiados intentos',
  attemptsLead: 'Espera unos minutos antes de probar otro código.',
  forbiddenTitle: 'Esta solicitud se ha rechazado',
  forbiddenLead:
    'No procedía de una página de este sitio. Vuelve a tu aplicación o televisor y empieza de nuevo.',
  requestTitle: 'La aplicación envió una solicitud que no podemos atender',
  requestLead:
    'Vuelve a la aplicación e inténtalo de nuevo. Si el problema continúa, envía los datos de abajo al servicio de asistencia de la aplicación.',
  failureTitle: 'Se ha producido un error',
  failureLead: 'El problema es nuestro. Inténtalo de nuevo en un momento.',
  signOutTitle: '¿Cerrar sesión en este navegador?',
  signOutLead: 'Las aplicaciones y los televisores en los que has iniciado sesión no se verán afectados.',
  signOut: 'Cerrar sesión',
  signedOutTitle: 'Has cerrado la sesión',
  signedOutLead: 'Este navegador ya no recuerda tu cuenta.',
  tryAgain: 'Intentar de nuevo',
  chooseAgain: 'Elegir de nuevo',
};

const catalogue = new Map<string, Messages>([
  ['en', english],
  ['es', spanish],
]);

/** Languages of the pages; the first is the default. */
export const languages = [...catalogue.keys()];

export const messagesIn = (language: string | false): Messages => catalogue.get(String(language)) ?? english;
