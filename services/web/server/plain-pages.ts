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

export const notFoundPage = plainPage('There is nothing here', '<p>This address does not exist. <a href="/">Go to Parley</a></p>');

export const notBuiltPage = plainPage(
  'The web client is not built',
  '<p>Whoever runs this server has to call <code>npm run build</code>, then start it again.</p>',
);
