//! For enums whose variants have names that operators see: in the log, and in the types of its
//! events.

/// Defines an enum with the `name` of each variant, and with `ALL` its variants: one list for both,
/// so that the types that are made of the names leave none out.
macro_rules! named {
    (
        $(#[$attribute:meta])*
        pub enum $Enum:ident { $($(#[$doc:meta])* $Variant:ident = $name:literal,)* }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $Enum { $($(#[$doc])* $Variant,)* }

        impl $Enum {
            /// Every variant.
            pub const ALL: &'static [Self] = &[$(Self::$Variant,)*];

            /// The name in the operator's log.
            pub fn name(self) -> &'static str {
                match self { $(Self::$Variant => $name,)* }
            }
        }
    };
}

pub(super) use named;
