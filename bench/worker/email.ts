// Stands for `cloudflare:email`, which the platform and Miniflare have and plain workerd has not; nothing here sends mail.
export const EmailMessage = Object;
