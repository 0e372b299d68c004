/** What is done with a file. `image`: re-encoded; `timed`: its duration is looked up; the others are stored as they came. */
type MediaFamily = 'image' | 'timed' | 'text' | 'document';

export interface MediaType {
  /** As it is served. */
  readonly type: string;
  readonly family: MediaFamily;
  /** Names may end with these; the first is what a name without any of them gets. */
  readonly extensions: readonly string[];
  /** Whether browsers may show it in the page; all else is a download. */
  readonly isInline: boolean;
}

const entry = (type: string, family: MediaFamily, extensions: string, isInline = family !== 'document'): MediaType => ({
  type,
  family,
  extensions: extensions.split(' '),
  isInline,
});

const OOXML = 'application/vnd.openxmlformats-officedocument';
const ODF = 'application/vnd.oasis.opendocument';

/** Everything that can be allowed. What runs, and what a browser may take for a page, is not among it and cannot be. */
const TYPES: readonly MediaType[] = [
  entry('image/png', 'image', 'png'),
  entry('image/jpeg', 'image', 'jpg jpeg jpe jfif'),
  entry('image/gif', 'image', 'gif'),
  entry('image/webp', 'image', 'webp'),
  entry('image/avif', 'image', 'avif'),
  entry('video/mp4', 'timed', 'mp4 m4v'),
  entry('video/webm', 'timed', 'webm'),
  entry('video/ogg', 'timed', 'ogv'),
  entry('audio/ogg', 'timed', 'ogg oga opus'),
  entry('audio/mpeg', 'timed', 'mp3'),
  entry('audio/wav', 'timed', 'wav'),
  entry('audio/mp4', 'timed', 'm4a m4b'),
  entry('application/pdf', 'document', 'pdf'),
  entry('text/plain', 'text', 'txt text log md markdown'),
  entry('text/csv', 'text', 'csv', false),
  entry('application/zip', 'document', 'zip'),
  entry(`${OOXML}.wordprocessingml.document`, 'document', 'docx'),
  entry(`${OOXML}.spreadsheetml.sheet`, 'document', 'xlsx'),
  entry(`${OOXML}.presentationml.presentation`, 'document', 'pptx'),
  entry(`${ODF}.text`, 'document', 'odt'),
  entry(`${ODF}.spreadsheet`, 'document', 'ods'),
  entry(`${ODF}.presentation`, 'document', 'odp'),
];

const byName = new Map(TYPES.map((type) => [type.type, type]));
const byExtension = new Map(TYPES.flatMap((type) => type.extensions.map((extension) => [extension, type] as const)));

export const MEDIA_TYPE_NAMES: readonly string[] = TYPES.map(({ type }) => type);
export const findMediaType = (type: string): MediaType | undefined => byName.get(type);
/** `extension` in lower case, without its dot. */
export const mediaTypeOfExtension = (extension: string): MediaType | undefined => byExtension.get(extension);
