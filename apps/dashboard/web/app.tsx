// temporary
export function App() { return null; }
