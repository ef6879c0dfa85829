/** Where the gateway is. Vite puts in the variable of this name from the environment or from a file `.env`. */
export const GATEWAY = import.meta.env.VITE_GATEWAY ?? "https://booking.example";
export const MICROSITE = "oak-and-salt";
