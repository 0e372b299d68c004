declare module 'virtual:texts/*' {
  const catalogue: import('./format-message.js').Catalogue;
  export default catalogue;
}
