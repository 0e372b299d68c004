import './zod-without-eval.js';
import { createRoot } from 'react-dom/client';
import { App } from './features/app/App.js';
import { createServices } from './features/app/services.js';
import './styles/base.css';
import './styles/administration.css';
import './styles/account.css';
import './styles/chat.css';
import './styles/search.css';
import './styles/room.css';
import './styles/changing.css';
import './styles/markdown.css';
import './styles/attachments.css';

createRoot(document.getElementById('root')!).render(<App services={createServices()} />);
