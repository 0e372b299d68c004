import { config } from 'zod';

// zod compiles schemas with `new Function` where it may; our policy forbids that, and the attempt alone would be
// reported. It has to be told before the first schema is made, so this is the first import of the program.
config({ jitless: true });
