const plainPage = (title: string, body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Parley</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/plain.css">
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export const notFoundPage = plainPage('There is nothing here', '<p>This address does not exist. <a href="/">Go to Parley</a></p>');

export const notBuiltPage = plainPage(
  'The web client is not built',
  '<p>Whoever runs this server has to call <code>npm run build</code>, then start it again.</p>',
);

/** Shown once: nobody can be told the password again. */
export const generatedPasswordPage = (username: string, password: string): string =>
  plainPage(
    'Your password',
    `<p>Your account <strong>${escaped(username)}</strong> is there. This is its password; it is not shown again, so keep it:</p>
<p><output><code>${escaped(password)}</code></output></p>
<p><a href="/chat">Go to the chat</a></p>`,
  );

export const logoutPage = plainPage(
  'Log out?',
  `<p>Another web site asks to log you out.</p>
<form action="/logout"><p><button>Log out</button></p></form>
<p><a href="/chat">Stay in the chat</a></p>`,
);
