import './zod-without-eval.js';
import { createRoot } from 'react-dom/client';
import { App } from './features/app/App.js';
import { createServices } from './features/app/services.js';
import { followLanguage } from './features/app/follow-language.js';
import { followVisiblePart } from './features/app/follow-visible-part.js';
import { followOtherTabs } from './state/device-settings.js';
import './styles/themes.css';
import './styles/base.css';
import './styles/administration.css';
import './styles/account.css';
import './styles/chat.css';
import './styles/navigation.css';
import './styles/search.css';
import './styles/room.css';
import './styles/changing.css';
import './styles/composer.css';
import './styles/markdown.css';
import './styles/attachments.css';
import './styles/settings.css';

async function start(): Promise<void> {
  followOtherTabs();
  followVisiblePart();
  await followLanguage();
  createRoot(document.getElementById('root')!).render(<App services={createServices()} />);
}

// No top-level await: parts that are loaded later import from this module, and would wait for it.
void start();
