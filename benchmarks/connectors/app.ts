import { connectorsApp } from './stack';

connectorsApp();
