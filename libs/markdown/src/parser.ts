export { parseMarkdown } from './parse.js';
export { oneLineOf, previewOf, readableTextOf, searchTextOf, spokenTextOf } from './readings.js';
