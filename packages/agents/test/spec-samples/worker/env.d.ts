// What `wrangler types` writes for a Worker.
interface Env {}
