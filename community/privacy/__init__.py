"""A person's own data: agreed to, asked about, taken along, erased; the register of breaches. Clocks of the law."""
